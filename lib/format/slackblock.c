/* Slack's blocks and attachments as plain text. */
#include <string.h>

#include "format/items.h"
#include "format/slacktext.h"

struct blocks {			/* in progress */
	const struct slack_names *names;
	struct arena scratch;
	struct buf *out;
};

static bool
is(const struct value *v, const char *name, const char *text)
{
	struct value at;
	size_t len = strlen(text);

	return value_at(v, name, &at) && at.kind == VALUE_STRING &&
	    at.len == len + 2 && memcmp(at.text + 1, text, len) == 0;
}

static const char *
text_at(struct blocks *b, const struct value *v, const char *path)
{
	const char *s = value_text_at(v, path, &b->scratch);

	return s == NULL ? "" : s;
}

/* A line's end, unless the text stands at one. */
static void
end_line(struct buf *out, size_t from)
{
	if (out->len > from && out->data[out->len - 1] != '\n')
		buf_addc(out, '\n');
}

/* Puts "> " before every line from there on. */
static void
quote(struct buf *out, size_t from, struct arena *a)
{
	size_t len = out->len - from;
	const char *p = arena_strndup(a, out->data + from, len), *end = p + len;

	buf_truncate(out, from);
	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		const char *next = nl != NULL ? nl + 1 : end;

		buf_adds(out, "> ");
		buf_add(out, p, (size_t)(next - p));
		p = next;
	}
	end_line(out, from);
}

/* A text object: { "type": "mrkdwn" or "plain_text", "text": ... }. */
static void
text_object(struct blocks *b, const struct value *v)
{
	size_t from = b->out->len;
	const char *s = text_at(b, v, v->kind == VALUE_STRING ? "" : "text");

	if (is(v, "type", "plain_text") || is(v, "type", "raw_text"))
		buf_adds(b->out, s);
	else
		slacktext(s, strlen(s), b->names, b->out);
	end_line(b->out, from);
}

static void
mention(struct blocks *b, char sign, const char *id, const char *(*find)(
    void *, const char *))
{
	const char *name = find != NULL ? find(b->names->arg, id) : NULL;

	buf_addc(b->out, sign);
	buf_adds(b->out, name != NULL ? name : id);
}

static void
hyperlink(struct blocks *b, const struct value *v)
{
	const char *url = text_at(b, v, "url"), *text = text_at(b, v, "text");

	if (strncmp(url, "mailto:", 7) == 0)
		url += 7;
	if (*text == '\0' || strcmp(url, text) == 0)
		buf_adds(b->out, url);
	else
		buf_printf(b->out, "%s (%s)", text, url);
}

/* One element of a line of rich text. */
static void
inline_element(struct blocks *b, const struct value *v)
{
	const struct slack_names *n = b->names;

	if (is(v, "type", "text"))
		buf_adds(b->out, text_at(b, v, "text"));
	else if (is(v, "type", "link"))
		hyperlink(b, v);
	else if (is(v, "type", "emoji"))
		buf_printf(b->out, ":%s:", text_at(b, v, "name"));
	else if (is(v, "type", "user"))
		mention(b, '@', text_at(b, v, "user_id"),
		    n != NULL ? n->user : NULL);
	else if (is(v, "type", "channel"))
		mention(b, '#', text_at(b, v, "channel_id"),
		    n != NULL ? n->channel : NULL);
	else if (is(v, "type", "usergroup"))
		mention(b, '@', text_at(b, v, "usergroup_id"), NULL);
	else if (is(v, "type", "broadcast"))
		mention(b, '@', text_at(b, v, "range"), NULL);
	else if (is(v, "type", "date"))
		buf_adds(b->out, text_at(b, v, "fallback"));
	else if (is(v, "type", "color"))
		buf_adds(b->out, text_at(b, v, "value"));
}

static void
inline_elements(struct blocks *b, const struct value *v)
{
	struct value list, one;
	size_t pos = 0, from = b->out->len;

	if (!value_at(v, "elements", &list))
		return;
	while (value_next(&list, &pos, &one))
		inline_element(b, &one);
	end_line(b->out, from);
}

static void
rich_list(struct blocks *b, const struct value *v)
{
	bool ordered = is(v, "style", "ordered");
	int64_t indent = 0, number = 0;
	struct value list, one;
	size_t pos = 0;

	if (value_at(v, "indent", &one))
		value_int(&one, &indent);
	if (value_at(v, "offset", &one))
		value_int(&one, &number);
	if (!value_at(v, "elements", &list))
		return;
	while (value_next(&list, &pos, &one)) {
		for (int64_t i = 0; i < indent && i < 8; i++)
			buf_adds(b->out, "  ");
		if (ordered && number < 100000)
			buf_printf(b->out, "%d. ", (int)++number);
		else
			buf_adds(b->out, "- ");
		inline_elements(b, &one);
	}
}

static void
rich_text(struct blocks *b, const struct value *v)
{
	struct value list, one;
	size_t pos = 0, from;

	if (!value_at(v, "elements", &list))
		return;
	while (value_next(&list, &pos, &one)) {
		from = b->out->len;
		if (is(&one, "type", "rich_text_list")) {
			rich_list(b, &one);
		} else if (is(&one, "type", "rich_text_preformatted")) {
			buf_adds(b->out, "```\n");
			inline_elements(b, &one);
			buf_adds(b->out, "```\n");
		} else {
			inline_elements(b, &one);
			if (is(&one, "type", "rich_text_quote"))
				quote(b->out, from, &b->scratch);
		}
	}
}

/* Each element of the array of that name that is a text object. */
static void
text_objects(struct blocks *b, const struct value *v, const char *name)
{
	struct value list, one;
	size_t pos = 0, from;

	if (!value_at(v, name, &list))
		return;
	while (value_next(&list, &pos, &one)) {
		from = b->out->len;
		if (is(&one, "type", "image"))
			buf_adds(b->out, text_at(b, &one, "alt_text"));
		else
			text_object(b, &one);
		end_line(b->out, from);
	}
}

static void
table(struct blocks *b, const struct value *v)
{
	struct value rows, row, cell;
	size_t pos = 0, from;

	if (!value_at(v, "rows", &rows))
		return;
	while (value_next(&rows, &pos, &row)) {
		size_t at = 0;

		from = b->out->len;
		while (value_next(&row, &at, &cell)) {
			if (at > 0 && b->out->len > from)
				buf_addc(b->out, '\t');
			if (is(&cell, "type", "rich_text"))
				rich_text(b, &cell);
			else
				text_object(b, &cell);
			if (b->out->len > from &&
			    b->out->data[b->out->len - 1] == '\n')
				buf_truncate(b->out, b->out->len - 1);
		}
		end_line(b->out, from);
	}
}

static void
block(struct blocks *b, const struct value *v)
{
	struct value text;
	size_t from = b->out->len;

	if (is(v, "type", "rich_text"))
		rich_text(b, v);
	else if (is(v, "type", "context"))
		text_objects(b, v, "elements");
	else if (is(v, "type", "table"))
		table(b, v);
	else if (is(v, "type", "image") || is(v, "type", "video")) {
		if (value_at(v, "title", &text))
			text_object(b, &text);
		else
			buf_adds(b->out, text_at(b, v, "alt_text"));
	} else {
		/* section, header, markdown, alert and what is to come */
		if (value_at(v, "text", &text))
			text_object(b, &text);
		text_objects(b, v, "fields");
	}
	end_line(b->out, from);
}

static void
all_blocks(struct blocks *b, const struct value *list)
{
	struct value one;
	size_t pos = 0;

	while (value_next(list, &pos, &one)) {
		block(b, &one);
		arena_reset(&b->scratch);
	}
}

static void
markup_at(struct blocks *b, const struct value *v, const char *path)
{
	size_t from = b->out->len;
	const char *s = text_at(b, v, path);

	slacktext(s, strlen(s), b->names, b->out);
	end_line(b->out, from);
}

static void
fields(struct blocks *b, const struct value *v)
{
	struct value list, one;
	size_t pos = 0, from;

	if (!value_at(v, "fields", &list))
		return;
	while (value_next(&list, &pos, &one)) {
		const char *title = text_at(b, &one, "title");

		from = b->out->len;
		if (*title != '\0')
			buf_printf(b->out, "%s: ", title);
		markup_at(b, &one, "value");
		end_line(b->out, from);
	}
}

/* An attachment's words: its blocks, or its old form, or its fallback. */
static void
attachment(struct blocks *b, const struct value *v)
{
	size_t from = b->out->len;
	struct value list;

	if (value_at(v, "blocks", &list))
		all_blocks(b, &list);
	if (b->out->len > from)
		return;
	markup_at(b, v, "pretext");
	markup_at(b, v, "title");
	markup_at(b, v, "text");
	fields(b, v);
	if (b->out->len == from)
		markup_at(b, v, "fallback");
}

static bool
passed_on(const struct value *v)
{
	struct value flag;
	bool yes = false;

	return (value_at(v, "is_share", &flag) && value_bool(&flag, &yes) &&
	    yes) || (value_at(v, "is_msg_unfurl", &flag) &&
	    value_bool(&flag, &yes) && yes);
}

/* Somebody's message that this one passes on. */
static void
passed(struct blocks *b, const struct value *v)
{
	const char *who = text_at(b, v, "author_name");
	size_t from;

	if (*who != '\0')
		buf_printf(b->out, "%s wrote:\n", who);
	from = b->out->len;
	markup_at(b, v, "text");
	if (b->out->len == from)
		attachment(b, v);
	quote(b->out, from, &b->scratch);
}

/* What Slack puts for a message that has blocks and no words. */
static bool
says_nothing(const char *s)
{
	return s[strspn(s, " \t\r\n")] == '\0' ||
	    strcmp(s, "This content can't be displayed.") == 0;
}

void
slacktext_blocks(const struct value *list, const struct slack_names *names,
    struct buf *out)
{
	struct blocks b = { .names = names, .out = out };

	all_blocks(&b, list);
	arena_free(&b.scratch);
}

void
slacktext_message(const struct value *v, const struct slack_names *names,
    struct buf *out)
{
	struct blocks b = { .names = names, .out = out };
	struct value list, one;
	size_t pos = 0, from = out->len;
	const char *text = text_at(&b, v, "text");
	bool silent = says_nothing(text);

	if (!silent)
		markup_at(&b, v, "text");
	else if (value_at(v, "blocks", &list))
		all_blocks(&b, &list);
	silent = out->len == from;
	if (!value_at(v, "attachments", &list))
		list.kind = VALUE_NULL;
	while (value_next(&list, &pos, &one)) {
		if (passed_on(&one))
			passed(&b, &one);
		else if (silent)
			attachment(&b, &one);
		arena_reset(&b.scratch);
	}
	if (out->len > from && out->data[out->len - 1] == '\n')
		buf_truncate(out, out->len - 1);
	arena_free(&b.scratch);
}
