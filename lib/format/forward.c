#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "format/forward.h"
#include "format/maildate.h"
#include "format/mailhead.h"

#define PARTIES_MAX	50

static bool
in_address(char c)
{
	return (unsigned char)c > ' ' && strchr("<>()[],;:\"'*|", c) == NULL;
}

/* The address whose @ is the first; false without. */
static bool
find_address(const char *s, size_t len, size_t *from, size_t *to)
{
	const char *at;

	for (size_t i = 0; (at = memchr(s + i, '@', len - i)) != NULL;
	    i = *to + 1) {
		*from = *to = (size_t)(at - s);
		while (*from > 0 && in_address(s[*from - 1]))
			(*from)--;
		while (*to < len && in_address(s[*to]))
			(*to)++;
		while (*to > *from && s[*to - 1] == '.')
			(*to)--;
		if (s + *from < at && s + *to > at + 1)
			return true;
		if (*to >= len)
			break;
	}
	return false;
}

/* Without blanks, quotes and emphasis around. */
static char *
bare(struct arena *a, const char *s, size_t len)
{
	static const char around[] = " \t\r\n\"'*<>[]()|,;";

	while (len > 0 && strchr(around, *s) != NULL)
		s++, len--;
	while (len > 0 && strchr(around, s[len - 1]) != NULL)
		len--;
	return len > 0 ? mail_clean(a, s, len) : NULL;
}

static bool
ends_with(const char *s, size_t len, const char *what)
{
	size_t n = strlen(what);

	return len >= n && strncasecmp(s + len - n, what, n) == 0;
}

void
forward_party(struct arena *a, const char *s, size_t len, char **address,
    char **name)
{
	size_t from, to, n;

	*address = *name = NULL;
	if (!find_address(s, len, &from, &to)) {
		*name = bare(a, s, len);
		return;
	}
	*address = mail_clean(a, s + from, to - from);
	n = from;
	if (ends_with(s, n, "mailto:"))
		n -= strlen("mailto:");
	*name = bare(a, s, n);
	if (*name == NULL && to < len && s[to] != '>')
		*name = bare(a, s + to, len - to);
	if (*name != NULL && (strcasecmp(*name, *address) == 0 ||
	    strchr(*name, '@') != NULL))
		*name = NULL;
}

static void
write_party(struct arena *a, const char *s, size_t len, struct writer *w)
{
	char *address, *name;

	forward_party(a, s, len, &address, &name);
	mail_write_address(w, address, name);
}

/* Up to the comma or semicolon that ends a party: the one behind its @. */
static size_t
party_end(const char *s, size_t len)
{
	bool at = false, quoted = false;
	size_t i;

	for (i = 0; i < len; i++) {
		if (s[i] == '"')
			quoted = !quoted;
		else if (s[i] == '@')
			at = true;
		else if (!quoted && (s[i] == ';' || (s[i] == ',' && at)))
			break;
	}
	return i;
}

static void
write_parties(struct arena *a, const struct quote_span *v, struct writer *w)
{
	w_key(w, "to");
	w_open(w, '[');
	for (size_t i = 0, n = 0; i < v->len && n < PARTIES_MAX; n++) {
		size_t end = i + party_end(v->s + i, v->len - i);

		if (bare(a, v->s + i, end - i) != NULL)
			write_party(a, v->s + i, end - i, w);
		i = end + 1;
	}
	w_close(w, ']');
}

void
forward_write(struct arena *a, const struct quote_forward *f, int32_t zone,
    struct writer *w)
{
	char *subject = NULL;
	int64_t t;

	w_key(w, "forwarded");
	w_open(w, '{');
	w_field_str(w, "how", f->titled ? "title" : "header");
	if (f->from.len > 0) {
		w_key(w, "from");
		write_party(a, f->from.s, f->from.len, w);
	}
	if (f->date.len > 0 && mail_date(f->date.s, f->date.len, &zone, &t))
		w_field_time(w, "date", t);
	if (f->subject.len > 0)
		subject = mail_clean(a, f->subject.s, f->subject.len);
	w_field_str(w, "subject", subject);
	if (f->to.len > 0)
		write_parties(a, &f->to, w);
	w_key(w, "text");
	w_open(w, '[');
	w_int(w, (int64_t)f->body);
	w_int(w, (int64_t)f->end);
	w_close(w, ']');
	w_close(w, '}');
}
