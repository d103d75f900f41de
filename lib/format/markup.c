#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "format/markup.h"

bool
span_is(struct span a, const char *name)
{
	return strlen(name) == a.len && strncasecmp(a.s, name, a.len) == 0;
}

bool
span_has(struct span a, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= a.len; i++)
		if (strncasecmp(a.s + i, word, n) == 0)
			return true;
	return false;
}

static struct span
trim(const char *s, size_t len)
{
	while (len > 0 && isspace((unsigned char)*s))
		s++, len--;
	while (len > 0 && isspace((unsigned char)s[len - 1]))
		len--;
	return (struct span){ s, len };
}

/* Whether a CSS value is zero: 0, 0px, 0.0. */
static bool
zero(struct span v)
{
	size_t i = 0;

	while (i < v.len && (v.s[i] == '0' || v.s[i] == '.'))
		i++;
	return i > 0 && (i == v.len || !isdigit((unsigned char)v.s[i]));
}

/* Whether nobody sees an element of this style, whatever is within it. */
static bool
hides(struct span style)
{
	while (style.len > 0) {
		const char *end = memchr(style.s, ';', style.len), *colon;
		size_t n = end != NULL ? (size_t)(end - style.s) : style.len;

		if ((colon = memchr(style.s, ':', n)) != NULL) {
			size_t k = (size_t)(colon - style.s);
			struct span name = trim(style.s, k);
			struct span v = trim(colon + 1, n - k - 1);

			if ((span_is(name, "display") && span_has(v, "none")) ||
			    (span_is(name, "visibility") &&
			    span_has(v, "hidden")) ||
			    ((span_is(name, "opacity") ||
			    span_is(name, "max-height")) && zero(v)))
				return true;
		}
		n += end != NULL;
		style.s += n;
		style.len -= n;
	}
	return false;
}

static struct span
word(struct markup *m, const char *ends)
{
	size_t from = m->pos;

	while (m->pos < m->len && !isspace((unsigned char)m->s[m->pos]) &&
	    strchr(ends, m->s[m->pos]) == NULL)
		m->pos++;
	return (struct span){ m->s + from, m->pos - from };
}

static void
skip_space(struct markup *m)
{
	while (m->pos < m->len && isspace((unsigned char)m->s[m->pos]))
		m->pos++;
}

static struct span
attribute_value(struct markup *m)
{
	struct span v;
	const char *end;
	char quote;

	m->pos++;		/* = */
	skip_space(m);
	if (m->pos == m->len || (m->s[m->pos] != '"' && m->s[m->pos] != '\''))
		return word(m, ">");
	quote = m->s[m->pos++];
	v.s = m->s + m->pos;
	end = memchr(v.s, quote, m->len - m->pos);
	v.len = end != NULL ? (size_t)(end - v.s) : m->len - m->pos;
	m->pos += v.len + (end != NULL);
	return v;
}

static void
take_attribute(struct token *t, struct span name, struct span value)
{
	if (span_is(name, "hidden"))
		t->hidden = true;
	else if (span_is(name, "style"))
		t->style = value;
	else if (span_is(name, "href"))
		t->href = trim(value.s, value.len);
	else if (span_is(name, "alt"))
		t->alt = value;
	else if (span_is(name, "type"))
		t->type = value;
	else if (span_is(name, "class"))
		t->class = value;
	else if (span_is(name, "id") || (t->id.len == 0 &&
	    (span_is(name, "name") || span_is(name, "data-marker"))))
		t->id = value;
}

/* Up to and with the '>'; false when the page ends in the tag. */
static bool
attributes(struct markup *m, struct token *t)
{
	for (;;) {
		struct span name, value = { "", 0 };

		skip_space(m);
		if (m->pos == m->len)
			return false;
		if (m->s[m->pos] == '>')
			break;
		name = word(m, m->s[m->pos] == '=' ? ">" : ">=/");
		if (name.len == 0) {
			m->pos++;
			continue;
		}
		skip_space(m);
		if (m->pos < m->len && m->s[m->pos] == '=')
			value = attribute_value(m);
		take_attribute(t, name, value);
	}
	t->closed = m->s[m->pos - 1] == '/';
	m->pos++;
	t->hidden = t->hidden || hides(t->style);
	return true;
}

static void
skip_past(struct markup *m, const char *end)
{
	const char *at = memmem(m->s + m->pos, m->len - m->pos, end,
	    strlen(end));

	m->pos = at != NULL ? (size_t)(at - m->s) + strlen(end) : m->len;
}

bool
markup_next(struct markup *m, struct token *t)
{
	while (m->pos < m->len) {
		const char *s = m->s + m->pos, *lt;
		size_t left = m->len - m->pos;
		bool end = left > 1 && s[1] == '/';

		*t = (struct token){ .kind = TOKEN_TEXT };
		if (*s != '<') {
			lt = memchr(s, '<', left);
			t->text = (struct span){ s, lt != NULL ?
			    (size_t)(lt - s) : left };
			m->pos += t->text.len;
			return true;
		}
		if (left > 3 && memcmp(s, "<!--", 4) == 0) {
			m->pos += 2;
			skip_past(m, "-->");
		} else if (left > 1u + end && isalpha((unsigned char)
		    s[1 + end])) {
			m->pos += 1u + end;
			t->kind = end ? TOKEN_END : TOKEN_START;
			t->text = word(m, "/>");
			return attributes(m, t);
		} else if (left > 1 && (end || s[1] == '!' || s[1] == '?')) {
			skip_past(m, ">");
		} else {
			t->text = (struct span){ s, 1 };
			m->pos++;
			return true;
		}
	}
	return false;
}

void
markup_skip(struct markup *m, struct span name)
{
	const char *lt;

	while ((lt = memchr(m->s + m->pos, '<', m->len - m->pos)) != NULL) {
		m->pos = (size_t)(lt - m->s);
		if (m->len - m->pos > name.len + 2 && lt[1] == '/' &&
		    strncasecmp(lt + 2, name.s, name.len) == 0 &&
		    !isalnum((unsigned char)lt[name.len + 2]))
			return;
		m->pos++;
	}
	m->pos = m->len;
}
