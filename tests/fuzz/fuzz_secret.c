/* Secrets: spans in order and within; what is masked stays masked, as JSON. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "format/record.h"
#include "format/secret.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static struct secrets *
rules(void)
{
	static struct arena arena;
	static struct secrets *s;
	struct yaml *root = NULL;
	struct err e = { 0 };

	if (s == NULL && (yaml_load(&arena, "rules/secrets.yaml", &root,
	    &e) < 0 || secrets_load(&s, root, &e) < 0))
		abort();
	return s;
}

static void
look_at_json(struct secrets *s, const struct buf *text)
{
	struct buf line = BUF_INIT, out = BUF_INIT;
	struct err e = { 0 };
	struct value v;
	struct writer w;

	w_begin(&w, &line);
	w_open(&w, '{');
	w_key(&w, "text");
	w_strn(&w, text->data, text->len);
	w_key(&w, "quoted");
	w_raw(&w, "[[0,1],[5,9]]", 13);
	w_close(&w, '}');
	secrets_redact_json(s, line.data, line.len, &out);
	if (value_parse(&v, out.data, out.len, &e) < 0)
		abort();
	buf_free(&line);
	buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct secrets *s = rules();
	struct buf text = BUF_INIT, out = BUF_INIT;
	const struct secret *found;
	size_t n, end = 0;

	utf8_clean(&text, (const char *)data, len);
	n = secrets_find(s, text.data, text.len, &found);
	for (size_t i = 0; i < n; i++) {
		if (found[i].start < end || found[i].end <= found[i].start ||
		    found[i].end > text.len)
			abort();
		end = found[i].end;
	}
	if (secrets_redact(s, text.data, text.len, &out) != n ||
	    utf8_valid(out.data, out.len) != out.len)
		abort();
	look_at_json(s, &text);
	buf_free(&text);
	buf_free(&out);
	return 0;
}
