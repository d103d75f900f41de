/* Records from a descriptor, and where refused lines go. */
#include <string.h>

#include "base/utf8.h"
#include "format/record.h"

void
reject_line(struct reject *rj, const char *source, size_t line,
    const char *why, const char *raw, size_t len)
{
	struct buf b = BUF_INIT, clean = BUF_INIT;
	struct writer w;

	rj->count++;
	if (rj->file == NULL) {
		fprintf(stderr, "%s: %s", rj->tool, source);
		if (line > 0)
			fprintf(stderr, ":%zu", line);
		fprintf(stderr, ": %s\n", why);
		return;
	}
	utf8_clean(&clean, raw, len);
	w_begin(&w, &b);
	w_open(&w, '{');
	w_field_str(&w, "tool", rj->tool);
	w_field_str(&w, "source", source);
	w_field_int(&w, "line", (int64_t)line);
	w_field_str(&w, "error", why);
	w_key(&w, "raw");
	w_strn(&w, clean.data, clean.len);
	w_close(&w, '}');
	buf_addc(&b, '\n');
	fwrite(b.data, 1, b.len, rj->file);
	buf_free(&b);
	buf_free(&clean);
}

void
rec_open(struct rec_reader *r, int fd, const char *name, struct reject *rj)
{
	line_open(&r->lines, fd, name, REC_MAX);
	r->reject = rj;
}

void
rec_close(struct rec_reader *r)
{
	line_close(&r->lines);
}

static bool
blank(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (s[i] != ' ' && s[i] != '\t')
			return false;
	}
	return true;
}

enum rec_got
rec_next(struct rec_reader *r, struct rec **out, struct err *e)
{
	size_t len;
	char *line;

	for (;;) {
		switch (line_next(&r->lines, &line, &len, e)) {
		case LINE_END:
			return REC_END;
		case LINE_ERROR:
			return REC_ERROR;
		case LINE_LONG:
			err_set(e, ERR_INPUT, "longer than %zu bytes",
			    REC_MAX);
			goto refused;
		case LINE_OK:
			break;
		}
		if (!blank(line, len))
			break;
	}
	if (rec_parse(&r->rec, line, len, e) < 0)
		goto refused;
	*out = &r->rec;
	return REC_OK;
refused:
	reject_line(r->reject, r->lines.name, r->lines.line, e->text, line,
	    len);
	return REC_REFUSED;
}
