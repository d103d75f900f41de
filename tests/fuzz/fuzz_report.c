/* Any bytes as each part of a report and as a server's words. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "format/report.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static struct rec rec;

static void
look(const char *type, const char *name, const char *s, size_t len,
    const char *report_type)
{
	struct arena a = { 0 };
	struct report r = { .arena = &a };
	struct buf text = BUF_INIT, json = BUF_INIT;
	struct report_mail m = { .type = report_type, .from = "x@y.example",
		.machine = true };
	struct err e = { 0 };
	struct writer w;

	utf8_clean(&text, s, len);
	m.text = text.data;
	m.len = text.len;
	if (type != NULL)
		report_part(&r, type, name, s, len);
	report_end(&r, &m);
	w_begin(&w, &json);
	w_open(&w, '{');
	report_write(&r, &w);
	w_close(&w, '}');
	if (rec_parse(&rec, json.data, json.len, &e) == -1 ||
	    r.n > REPORT_RECIPIENTS)
		abort();
	buf_free(&text);
	buf_free(&json);
	arena_free(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const types[] = { "message/delivery-status",
		"message/disposition-notification", "message/feedback-report",
		"message/rfc822", "text/rfc822-headers", "text/calendar",
		"application/zip" };
	const char *s = (const char *)data;

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		look(types[i], "a!b!1!2.zip", s, len, NULL);
	look(NULL, "", s, len, NULL);
	look(NULL, "", s, len, "");
	return 0;
}
