/* Bounces and receipts of servers that write for people only. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "format/reporttext.h"

#define LOOK	((size_t)64 << 10)	/* a server comes to the point */
#define DIAGNOSTIC_MAX	600

/* The end of the lines up to an empty one. */
static size_t
paragraph(const char *s, size_t at, size_t len)
{
	while (at < len) {
		const char *nl = memchr(s + at, '\n', len - at);
		size_t next = nl != NULL ? (size_t)(nl - s) + 1 : len, i;

		for (i = next; i < len && (s[i] == ' ' || s[i] == '\t'); i++)
			continue;
		if (nl == NULL || i >= len || s[i] == '\n')
			return nl != NULL ? (size_t)(nl - s) : len;
		at = next;
	}
	return len;
}

static char *
one_line(struct arena *a, const char *s, size_t len)
{
	char *out = arena_alloc(a, len + 1), *to = out;

	for (size_t i = 0; i < len; i++) {
		char c = s[i] == '\n' || s[i] == '\t' ? ' ' : s[i];

		if (c != ' ' || (to > out && to[-1] != ' '))
			*to++ = c;
	}
	while (to > out && to[-1] == ' ')
		to--;
	*to = '\0';
	return out;
}

/* Cut at a character. */
static void
cut(char *s, size_t most)
{
	size_t len = strlen(s);

	if (len <= most)
		return;
	while (most > 0 && ((unsigned char)s[most] & 0xc0) == 0x80)
		most--;
	s[most] = '\0';
}

static bool
has_code(const char *s, size_t len)
{
	char status[STATUS_TEXT];
	int code;

	return reason_status(s, len, status) || reason_code(s, len, &code);
}

/* From the line with the first code on, to the end of its paragraph. */
static char *
coded(struct report *r, const char *s, size_t start, size_t end)
{
	for (size_t at = start; at < end;) {
		const char *nl = memchr(s + at, '\n', end - at);
		size_t next = nl != NULL ? (size_t)(nl - s) + 1 : end;

		if (has_code(s + at, next - at))
			return one_line(r->arena, s + at,
			    paragraph(s, at, end) - at);
		at = next;
	}
	return NULL;
}

/* What stands behind the words by which servers quote others. */
static char *
quoted(struct report *r, const char *s, size_t start, size_t end)
{
	static const char *const words[] = { "response was:",
		"remote server was:", "server returned was:", "because:",
		"reason:", "server said:", "error was:" };
	char *text = arena_strndup(r->arena, s + start, end - start);

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		char *at = strcasestr(text, words[i]);

		if (at == NULL)
			continue;
		at += strlen(words[i]);
		at += strspn(at, " \t\n");
		return one_line(r->arena, at, paragraph(at, 0, strlen(at)));
	}
	return NULL;
}

/*
 * What the server said: behind the address the lines with a code, or what it
 * quotes, else what follows the address.
 */
static char *
diagnostic(struct report *r, const char *s, size_t from, size_t to,
    size_t end)
{
	char *said = coded(r, s, to, end);

	if (said == NULL)
		said = coded(r, s, from, to);
	if (said == NULL)
		said = quoted(r, s, to, end);
	while (said == NULL && to < end) {
		size_t stop;

		while (to < end && strchr(" \t\n>:)\"',;.]", s[to]) != NULL)
			to++;
		stop = paragraph(s, to, end);
		said = one_line(r->arena, s + to, stop - to);
		/* "was not delivered to x because:" and then the reason. */
		if (strlen(said) < 12 && stop < end)
			said = NULL;
		to = stop;
	}
	if (said == NULL)
		return NULL;
	said += strspn(said, " >:)\"',;.]-=*");
	cut(said, DIAGNOSTIC_MAX);
	return *said != '\0' ? said : NULL;
}

/* Without the "> " or blanks that some servers put before each line. */
static void
take_copy(struct report *r, const char *s, size_t len)
{
	struct buf b = BUF_INIT;
	size_t skip = strspn(s, " \t>|"), from = 0;

	if (len > LOOK)
		len = LOOK;
	while (from < len) {
		const char *nl = memchr(s + from, '\n', len - from);
		size_t next = nl != NULL ? (size_t)(nl - s) + 1 : len;
		size_t i = from;

		while (i < next && i - from < skip &&
		    strchr(" \t>|", s[i]) != NULL)
			i++;
		if (i == from && skip > 0 && s[i] == '\n')
			break;
		buf_add(&b, s + i, next - i);
		from = next;
	}
	report_original(r, b.data, b.len);
	buf_free(&b);
}

static bool
has_recipient(const struct report *r, const char *s, size_t len)
{
	for (size_t i = 0; i < r->n; i++) {
		if (report_same(r->to[i].recipient, s, len))
			return true;
	}
	return false;
}

/* When the words tell no reason, all that is around them may. */
static void
say(struct report_recipient *to, char *said, const char *s, size_t len)
{
	to->diagnostic = said;
	if (said == NULL || strcmp(reason_of(said, strlen(said), "", 0),
	    "other") == 0)
		to->reason = reason_of(s, len, "", 0);
}

/* The addresses behind the first one that have lines of their own. */
static void
take_others(struct report *r, const struct report_mail *m, size_t start,
    size_t end, const char *action)
{
	const char *s = m->text;
	size_t from, to, next, ignored;

	while (report_next_address(s, start, end, m, &from, &to)) {
		struct report_recipient *other;

		start = to;
		if (has_recipient(r, s + from, to - from))
			continue;
		if ((other = report_recipient(r)) == NULL)
			return;
		if (!report_next_address(s, to, end, m, &next, &ignored))
			next = end;
		other->recipient = arena_strndup(r->arena, s + from,
		    to - from);
		if (*action != '\0')
			other->action = arena_strdup(r->arena, action);
		say(other, diagnostic(r, s, to, to, next), s + to,
		    next - to);
	}
}

static void
take_words(struct report *r, const struct report_mail *m, size_t begin,
    size_t end, const char *action)
{
	struct report_recipient *to = r->n > 0 ? &r->to[0] :
	    report_recipient(r);
	const char *s = m->text;
	size_t from, behind, next = end, ignored;
	bool found;

	if (end < begin)
		end = begin;
	found = report_address(s, begin, end, m, &from, &behind) ||
	    report_address(s, 0, end, m, &from, &behind);
	if (!found)
		from = behind = begin;
	else {
		to->recipient = arena_strndup(r->arena, s + from,
		    behind - from);
		if (!report_next_address(s, behind, end, m, &next, &ignored) ||
		    report_same(to->recipient, s + next, ignored - next))
			next = end;
	}
	if (to->action == NULL && *action != '\0')
		to->action = arena_strdup(r->arena, action);
	if (m->failed != NULL)
		to->recipient = arena_strndup(r->arena, m->failed,
		    strcspn(m->failed, " ,;"));
	if (to->diagnostic == NULL)
		say(to, diagnostic(r, s, begin < from ? begin : from,
		    behind, next), s + begin, next > begin ? next - begin : 0);
	if (found && m->failed == NULL)
		take_others(r, m, behind, end, action);
}

/* A server's mail without any of the openings that names a mailbox. */
static bool
is_terse(const struct report_mail *m, size_t len)
{
	size_t from, to;

	return report_by_server(m->from) &&
	    report_address(m->text, 0, len, m, &from, &to) &&
	    (has_code(m->text, len) || strcmp(reason_of(m->text, len, "", 0),
	    "other") != 0);
}

bool
report_text(struct report *r, const struct report_mail *m)
{
	size_t len = m->len < LOOK ? m->len : LOOK, at;
	struct report_place p;

	report_look(r->arena, m->text, len, &p);
	if (p.kind == NULL && is_terse(m, p.end)) {
		p.kind = "dsn";
		p.action = "failed";
	}
	if (p.kind == NULL)
		return r->kind != NULL;
	if (r->kind == NULL) {
		r->kind = p.kind;
		r->told = true;
		at = report_copy(m->text, m->len, p.begin);
		if (at < m->len)
			take_copy(r, m->text + at, m->len - at);
	}
	if (strcmp(p.kind, "dsn") == 0)
		take_words(r, m, p.begin, p.end, p.action);
	return true;
}
