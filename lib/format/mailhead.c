#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "format/automail.h"
#include "format/charset.h"
#include "format/mailhead.h"

#define ID_MAX		998	/* a line of mail */
#define FILE_NAME_MAX	255
#define SCAN_MAX	((size_t)64 << 10)

/* Length of a field's name at s, or 0; *colon is where its colon stands. */
static size_t
field_name(const char *s, size_t len, size_t *colon)
{
	size_t n = 0, i;

	while (n < len && s[n] > ' ' && s[n] != ':' && s[n] != 127)
		n++;
	for (i = n; i < len && (s[i] == ' ' || s[i] == '\t');)
		i++;
	*colon = i;
	return i < len && s[i] == ':' ? n : 0;
}

static bool
envelope_line(const char *s, size_t len)
{
	return len > 6 && (memcmp(s, "From ", 5) == 0 ||
	    memcmp(s, ">From ", 6) == 0);
}

bool
mail_next_field(const char *s, size_t len, size_t *pos, struct mail_field *f)
{
	size_t at = *pos, end, colon;

	while (at < len) {
		const char *nl = memchr(s + at, '\n', len - at);

		end = nl != NULL ? (size_t)(nl - s) + 1 : len;
		f->name = s + at;
		f->name_len = field_name(s + at, end - at, &colon);
		if (f->name_len == 0 && envelope_line(s + at, len - at)) {
			at = end;
			continue;
		}
		*pos = at;
		if (f->name_len == 0) {
			if (s[at] == '\n' || (s[at] == '\r' && end == at + 2))
				*pos = end;
			return false;
		}
		while (end < len && (s[end] == ' ' || s[end] == '\t')) {
			nl = memchr(s + end, '\n', len - end);
			end = nl != NULL ? (size_t)(nl - s) + 1 : len;
		}
		f->value = s + at + colon + 1;
		f->len = end - at - colon - 1;
		*pos = end;
		return true;
	}
	*pos = at;
	return false;
}

bool
mail_field_is(const struct mail_field *f, const char *name)
{
	return (*f->name | 0x20) == (*name | 0x20) &&
	    f->name_len == strlen(name) &&
	    strncasecmp(f->name, name, f->name_len) == 0;
}

/* Printable ASCII with single blanks, so that nothing needs cleaning. */
static bool
is_clean(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] < ' ' || s[i] > '~' ||
		    (s[i] == ' ' && (i + 1 == len || s[i + 1] == ' ')))
			return false;
	return true;
}

char *
mail_clean(struct arena *a, const char *s, size_t len)
{
	struct buf text = BUF_INIT, line = BUF_INIT;
	size_t from = 0, to;
	char *out;

	while (len > 0 && isspace((unsigned char)s[len - 1]))
		len--;
	while (len > 0 && isspace((unsigned char)*s))
		s++, len--;
	if (is_clean(s, len))
		return arena_strndup(a, s, len);
	if (utf8_valid(s, len) == len)
		utf8_clean_line(&line, s, len);
	else {
		charset_decode(NULL, s, len, SIZE_MAX, &text);
		utf8_clean_line(&line, text.data, text.len);
	}
	to = line.len;
	while (from < to && line.data[from] == ' ')
		from++;
	while (to > from && line.data[to - 1] == ' ')
		to--;
	out = arena_strndup(a, line.data + from, to - from);
	buf_free(&text);
	buf_free(&line);
	return out;
}

char *
mail_file_name(struct arena *a, const char *s)
{
	struct buf out = BUF_INIT;
	size_t len, n, cut = 0;
	const char *p;
	char *name;

	if (s == NULL)
		return arena_strdup(a, "");
	name = mail_clean(a, s, strlen(s));
	while ((p = strpbrk(name, "/\\")) != NULL)
		name = (char *)(uintptr_t)(p + 1);
	len = strlen(name);
	for (size_t i = 0; i < len; i += n) {
		uint32_t c = utf8_decode(name + i, len - i, &n);

		if (!utf8_unsafe(c))
			buf_add(&out, name + i, n);
		if (out.len <= FILE_NAME_MAX)
			cut = out.len;
	}
	buf_truncate(&out, cut);
	if (strcmp(out.data, ".") == 0 || strcmp(out.data, "..") == 0)
		buf_reset(&out);
	name = arena_strndup(a, out.data, out.len);
	buf_free(&out);
	return name;
}

/* Adds an id; a full list loses its second, since the first is the root. */
static void
add_id(struct arena *a, const char *s, size_t len, char *ids[MAIL_IDS],
    size_t *n)
{
	char *id, *to;

	if (len == 0 || len > ID_MAX)
		return;
	id = to = mail_clean(a, s, len);
	for (const char *from = id; *from != '\0'; from++)
		if (*from != ' ')
			*to++ = *from;
	*to = '\0';
	if (*id == '\0')
		return;
	if (*n == MAIL_IDS) {
		memmove(&ids[1], &ids[2], (MAIL_IDS - 2) * sizeof(ids[0]));
		(*n)--;
	}
	ids[(*n)++] = id;
}

size_t
mail_ids(struct arena *a, const char *s, char *ids[MAIL_IDS])
{
	const char *open = NULL, *p;
	size_t n = 0, len;

	for (p = s; *p != '\0'; p++) {
		if (*p == '<')
			open = p + 1;
		else if (*p == '>' && open != NULL) {
			add_id(a, open, (size_t)(p - open), ids, &n);
			open = NULL;
		}
	}
	if (n > 0)
		return n;
	for (p = s; *p != '\0'; p += len) {
		p += strspn(p, " \t\r\n,;<>\"");
		len = strcspn(p, " \t\r\n,;<>\"");
		if (memchr(p, '@', len) != NULL)
			add_id(a, p, len, ids, &n);
	}
	return n;
}

void
mail_write_address(struct writer *w, const char *address, const char *name)
{
	w_open(w, '{');
	if (address != NULL && *address != '\0')
		w_field_str(w, "address", address);
	if (name != NULL && *name != '\0')
		w_field_str(w, "name", name);
	w_close(w, '}');
}

static bool
address_char(char c)
{
	return (unsigned char)c > ' ' && strchr("<>()[],;:\"'|", c) == NULL;
}

/* The word around s[at], as [*from, *to). */
static void
around(const char *s, size_t at, size_t *from, size_t *to)
{
	*from = *to = at;
	while (*from > 0 && address_char(s[*from - 1]))
		(*from)--;
	while (s[*to] != '\0' && address_char(s[*to]))
		(*to)++;
}

/* What is left of a value without its address: the name. */
static char *
rest(struct arena *a, const char *s, size_t from, size_t to)
{
	char *name = arena_printf(a, "%.*s %s", (int)from, s, s + to);
	size_t len = strlen(name), start = 0;

	while (start < len && strchr(" \"'<>()[],;:", name[start]) != NULL)
		start++;
	while (len > start && strchr(" \"'<>()[],;:", name[len - 1]) != NULL)
		len--;
	return mail_clean(a, name + start, len - start);
}

bool
mail_guess_address(struct arena *a, const char *value, char **address,
    char **name)
{
	char *s = mail_clean(a, value, strnlen(value, 2000)), *at;
	size_t from, to, end;

	if ((at = strrchr(s, '@')) != NULL) {
		around(s, (size_t)(at - s), &from, &to);
		if (s + from == at || s + to == at + 1)
			return false;
		*address = arena_strndup(a, s + from, to - from);
	} else if ((at = strstr(s, " at ")) != NULL && at > s) {
		around(s, (size_t)(at - s) - 1, &from, &end);
		around(s, (size_t)(at - s) + 4, &end, &to);
		if (s + from == at || s + to == at + 4 ||
		    memchr(at + 4, '.', (size_t)(s + to - at) - 4) == NULL)
			return false;
		*address = arena_printf(a, "%.*s@%.*s",
		    (int)((size_t)(at - s) - from), s + from,
		    (int)((size_t)(s + to - at) - 4), at + 4);
	} else
		return false;
	*name = rest(a, s, from, to);
	return true;
}

/* A line of flowed text, cut into its quote depth and what it says. */
struct flowed {
	const char *s;
	size_t len;
	unsigned depth;
	bool flows;
};

static struct flowed
flowed_line(const char *s, size_t len, bool delsp)
{
	struct flowed f = { s, len, 0, false };

	if (f.len > 0 && f.s[f.len - 1] == '\r')
		f.len--;
	while (f.len > 0 && *f.s == '>')
		f.s++, f.len--, f.depth++;
	if (f.len > 0 && *f.s == ' ')
		f.s++, f.len--;
	f.flows = f.len > 0 && f.s[f.len - 1] == ' ' &&
	    !(f.len == 3 && memcmp(f.s, "-- ", 3) == 0);
	if (f.flows && delsp)
		f.len--;
	return f;
}

void
mail_unflow(const char *s, size_t len, bool delsp, struct buf *out)
{
	struct flowed last = { 0 };

	for (size_t i = 0; i < len;) {
		const char *nl = memchr(s + i, '\n', len - i);
		size_t n = nl != NULL ? (size_t)(nl - s) - i : len - i;
		struct flowed f = flowed_line(s + i, n, delsp);
		bool sign = f.len == 3 && memcmp(f.s, "-- ", 3) == 0;

		if (i > 0 && (!last.flows || last.depth != f.depth || sign))
			buf_addc(out, '\n');
		if (i == 0 || !last.flows || last.depth != f.depth || sign) {
			for (unsigned k = 0; k < f.depth; k++)
				buf_addc(out, '>');
			if (f.depth > 0 || (f.len >= 1 && *f.s == '>'))
				buf_addc(out, ' ');
		}
		buf_add(out, f.s, f.len);
		last = f;
		i += n + 1;
	}
	if (len > 0 && s[len - 1] == '\n')
		buf_addc(out, '\n');
}

/* The value of the first field of the name in the first len bytes. */
static char *
find_field(struct arena *a, const char *s, size_t len, const char *name)
{
	struct mail_field f;
	size_t pos = 0;

	while (mail_next_field(s, len, &pos, &f))
		if (mail_field_is(&f, name))
			return mail_clean(a, f.value, f.len);
	return NULL;
}

static void
scan_ids(struct writer *w, struct arena *a, const char *key,
    const char *value)
{
	char *ids[MAIL_IDS];
	size_t n = value != NULL ? mail_ids(a, value, ids) : 0;

	if (n == 0)
		return;
	w_key(w, key);
	w_open(w, '[');
	for (size_t i = 0; i < n; i++)
		w_str(w, ids[i]);
	w_close(w, ']');
}

void
mail_scan(const char *s, size_t len, struct buf *json)
{
	char *ids[MAIL_IDS], *value, *address, *name;
	struct arena a = { 0 };
	struct writer w;

	if (len > SCAN_MAX)
		len = SCAN_MAX;
	w_begin(&w, json);
	w_open(&w, '{');
	if ((value = find_field(&a, s, len, "Message-ID")) != NULL &&
	    mail_ids(&a, value, ids) > 0)
		w_field_str(&w, "message_id", ids[0]);
	scan_ids(&w, &a, "in_reply_to", find_field(&a, s, len,
	    "In-Reply-To"));
	scan_ids(&w, &a, "references", find_field(&a, s, len, "References"));
	if ((value = find_field(&a, s, len, "From")) != NULL &&
	    mail_guess_address(&a, value, &address, &name)) {
		w_key(&w, "from");
		mail_write_address(&w, address, name);
	}
	w_field_str(&w, "subject", find_field(&a, s, len, "Subject"));
	automail_scan(&a, s, len, &w);
	w_close(&w, '}');
	arena_free(&a);
}
