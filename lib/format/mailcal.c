#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "format/mailcal.h"
#include "format/mailhead.h"

#define VALUE_MAX	500

struct property {		/* of a content line, not folded */
	const char *name, *parameters, *value;
};

/* Unfolds the line at *pos into a string; NULL at the end. */
static char *
next_line(struct arena *a, const char *s, size_t len, size_t *pos)
{
	struct buf line = BUF_INIT;
	char *out;

	if (*pos >= len)
		return NULL;
	for (;;) {
		const char *nl = memchr(s + *pos, '\n', len - *pos);
		size_t end = nl != NULL ? (size_t)(nl - s) : len, to = end;

		if (to > *pos && s[to - 1] == '\r')
			to--;
		if (line.len < 2 * VALUE_MAX)
			buf_add(&line, s + *pos, to - *pos);
		*pos = end + 1;
		if (*pos >= len || (s[*pos] != ' ' && s[*pos] != '\t'))
			break;
		(*pos)++;
	}
	out = arena_strndup(a, line.data, line.len < VALUE_MAX * 2 ?
	    line.len : VALUE_MAX * 2);
	buf_free(&line);
	return out;
}

static bool
cut(char *line, struct property *p)
{
	char *c = line;
	bool quoted = false;

	p->name = line;
	p->parameters = "";
	for (; *c != '\0' && (quoted || *c != ':'); c++) {
		if (*c == '"')
			quoted = !quoted;
		else if (*c == ';' && *p->parameters == '\0') {
			*c = '\0';
			p->parameters = c + 1;
		}
	}
	if (*c == '\0')
		return false;
	*c = '\0';
	p->value = c + 1;
	return true;
}

/* "\," and "\n" of a text. */
static char *
unescape(struct arena *a, const char *s)
{
	char *out = arena_strdup(a, s), *to = out;

	for (; *s != '\0'; s++) {
		if (*s == '\\' && s[1] != '\0') {
			s++;
			*to++ = *s == 'n' || *s == 'N' ? ' ' : *s;
		} else
			*to++ = *s;
	}
	*to = '\0';
	return mail_clean(a, out, strlen(out));
}

static bool
all_digits(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isdigit((unsigned char)s[i]))
			return false;
	return true;
}

/* "20260115T100000Z" as "2026-01-15T10:00:00Z", "20260115" as a date. */
static void
write_start(struct arena *a, const struct property *p, struct writer *w)
{
	const char *v = p->value, *zone, *end;

	if (strlen(v) < 8 || !all_digits(v, 8))
		return;
	if (v[8] != 'T' || strlen(v) < 15 || !all_digits(v + 9, 6)) {
		w_field_str(w, "start", arena_printf(a, "%.4s-%.2s-%.2s", v,
		    v + 4, v + 6));
		return;
	}
	w_field_str(w, "start", arena_printf(a, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2s"
	    "%s", v, v + 4, v + 6, v + 9, v + 11, v + 13, v[15] == 'Z' ? "Z" :
	    ""));
	if ((zone = strcasestr(p->parameters, "TZID=")) == NULL)
		return;
	zone += strlen("TZID=");
	zone += *zone == '"';
	end = zone + strcspn(zone, "\";");
	w_field_str(w, "zone", mail_clean(a, zone, (size_t)(end - zone)));
}

void
mail_write_calendar(struct arena *a, const char *s, size_t len,
    struct writer *w)
{
	bool event = false, summary = false, start = false, method = false;
	struct property p;
	size_t pos = 0;
	char *line;

	w_open(w, '{');
	for (int n = 0; n < 2000 && (line = next_line(a, s, len, &pos)) != NULL;
	    n++) {
		if (!cut(line, &p))
			continue;
		if (strcasecmp(p.name, "BEGIN") == 0)
			event = event || strcasecmp(p.value, "VEVENT") == 0;
		else if (strcasecmp(p.name, "END") == 0 && event)
			break;
		else if (!event && !method &&
		    strcasecmp(p.name, "METHOD") == 0) {
			method = true;
			w_field_str(w, "method", unescape(a, p.value));
		} else if (event && !summary &&
		    strcasecmp(p.name, "SUMMARY") == 0) {
			summary = true;
			w_field_str(w, "summary", unescape(a, p.value));
		} else if (event && !start &&
		    strcasecmp(p.name, "DTSTART") == 0) {
			start = true;
			write_start(a, &p, w);
		}
	}
	w_close(w, '}');
}
