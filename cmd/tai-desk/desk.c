/* What the verbs share: people, tickets, new records, safe text. */
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/time.h"
#include "base/utf8.h"
#include "desk.h"

const char *
desk_person(struct cmd *c)
{
	const char *name = getenv("TAI_USER");
	const struct passwd *pw;

	if (name == NULL || *name == '\0') {
		pw = getpwuid(getuid());
		name = pw != NULL ? pw->pw_name : NULL;
	}
	if (name == NULL)
		return arena_printf(&c->arena, "uid %ld", (long)getuid());
	return desk_text(c, name, strlen(name));
}

int
desk_ticket(struct cmd *c, const char *name, char key[KEY_TEXT],
    struct err *e)
{
	int got = store_ticket(c->store, name, key, e);

	if (got == 0)
		return err_set(e, ERR_USAGE, "no ticket '%s'", name);
	return got < 0 ? -1 : 0;
}

bool
desk_is_person(const char *address, const char *who)
{
	size_t len = strlen(who);

	return strncasecmp(address, who, len) == 0 &&
	    (address[len] == '\0' || (address[len] == '@' &&
	    strchr(who, '@') == NULL));
}

/* Notices name what they are about, which is no ticket of theirs. */
static int
next_about(struct cmd *c, struct cursor *cur, const char *ticket,
    struct rec *r, int64_t *seq, struct arena *a, struct err *e)
{
	char key[KEY_TEXT];
	int got = 0, found;

	while (cur != NULL && (got = cursor_record(cur, r, seq, e)) == 1) {
		const char *about;

		arena_reset(a);
		about = rec_str(r, "about", a);
		if (about == NULL || strlen(about) != KEY_TEXT - 1)
			continue;
		/* It may have been merged since. */
		if ((found = store_ticket(c->store, about, key, e)) < 0)
			return -1;
		if (found == 1 && strcmp(key, ticket) == 0)
			return 1;
	}
	return got;
}

static bool
asks_for(const char *const *types, const char *type)
{
	while (types != NULL && *types != NULL && strcmp(*types, type) != 0)
		types++;
	return types == NULL || *types != NULL;
}

int
desk_records(struct cmd *c, const char *const *types, const char *ticket,
    int64_t after, int (*each)(struct cmd *, void *, struct rec *, int64_t,
    struct err *), void *arg, struct err *e)
{
	static const char *const notice[] = { "notice", NULL };
	struct rec *own = arena_alloc(&c->arena, sizeof(*own));
	struct rec *told = arena_alloc(&c->arena, sizeof(*told));
	struct cursor *cur = NULL, *notices = NULL;
	struct arena a = { 0 };
	int64_t seq = 0, seq_told = 0;
	int got, more = 0, rc = -1;

	if (store_log(c->store, types, ticket, after, &cur, e) < 0 ||
	    (ticket != NULL && asks_for(types, "notice") &&
	    store_log(c->store, notice, NULL, after, &notices, e) < 0))
		goto out;
	got = cursor_record(cur, own, &seq, e);
	if (got >= 0)
		more = next_about(c, notices, ticket, told, &seq_told,
		    &a, e);
	while (got >= 0 && more >= 0 && (got == 1 || more == 1)) {
		bool first = got == 1 && (more == 0 || seq <= seq_told);

		if (each(c, arg, first ? own : told, first ? seq : seq_told,
		    e) < 0)
			goto out;
		/* One that has its ticket too comes once. */
		if (more == 1 && (!first || seq == seq_told))
			more = next_about(c, notices, ticket, told,
			    &seq_told, &a, e);
		if (first)
			got = cursor_record(cur, own, &seq, e);
	}
	rc = got < 0 || more < 0 ? -1 : 0;
out:
	if (cur != NULL)
		cursor_close(cur);
	if (notices != NULL)
		cursor_close(notices);
	arena_free(&a);
	return rc;
}

char *
desk_text(struct cmd *c, const char *text, size_t len)
{
	struct buf b = BUF_INIT;
	char *copy;

	utf8_clean(&b, text, len);
	copy = arena_strndup(&c->arena, b.data, b.len);
	buf_free(&b);
	return copy;
}

/* The greatest nonce of the kind at this moment; -1 when there is none. */
static int64_t
nonce_before(const struct cmd *c, const struct history *h,
    enum event_kind kind)
{
	int64_t nonce = -1;

	for (size_t i = 0; h != NULL && i < h->n; i++) {
		const struct event *ev = &h->event[i];

		if (ev->kind == kind && ev->at == c->now && ev->nonce > nonce)
			nonce = ev->nonce;
	}
	return nonce;
}

int
desk_emit(struct cmd *c, const char *type, const struct history *h,
    enum event_kind kind, const struct buf *fields, struct err *e)
{
	int64_t before = nonce_before(c, h, kind);
	char id[ID_TEXT], when[TIME_TEXT], salt[16] = "";
	struct buf line = BUF_INIT;
	struct writer w;
	int rc, n = 0;

	time_format(c->now, when);
	do {
		record_id(id, type, when, fields->data, *salt != '\0' ? salt :
		    NULL, (char *)NULL);
		snprintf(salt, sizeof(salt), "%d", ++n);
	} while ((int64_t)(hash_word(id, strlen(id)) >> 1) <= before &&
	    n < 1000000);
	record_begin(&w, &line, type, id, c->now);
	buf_addc(&line, ',');
	buf_add(&line, fields->data + 1, fields->len - 1);
	rc = cmd_emit(c, line.data, line.len, e);
	buf_free(&line);
	return rc;
}

int
desk_say(struct cmd *c, const char *type, enum event_kind kind,
    const struct history *h, const char *key, const char *name,
    const char *value, struct err *e)
{
	struct buf fields = BUF_INIT;
	struct writer w;
	int rc;

	w_begin(&w, &fields);
	w_open(&w, '{');
	w_field_str(&w, "ticket", key);
	w_field_str(&w, "by", desk_person(c));
	w_field_str(&w, name, value);
	w_close(&w, '}');
	rc = desk_emit(c, type, h, kind, &fields, e);
	buf_free(&fields);
	return rc;
}

int
desk_give(struct cmd *c, const char *key, const char *assignee,
    const struct history *h, struct err *e)
{
	return desk_say(c, "assign", EVENT_ASSIGN, h, key, "assignee",
	    assignee, e);
}

void
desk_safe(struct buf *out, const char *s, size_t len)
{
	size_t n;

	for (size_t i = 0; i < len; i += n) {
		uint32_t ch = utf8_decode(s + i, len - i, &n);

		if (ch == '\n' || ch == '\t' || !utf8_unsafe(ch))
			buf_add(out, s + i, n);
	}
}

/* Outside of its strings a line of JSON has nothing to escape. */
void
desk_print(const char *s, size_t len)
{
	struct buf out = BUF_INIT;
	size_t n;

	if (!isatty(STDOUT_FILENO)) {
		fwrite(s, 1, len, stdout);
		putchar('\n');
		return;
	}
	for (size_t i = 0; i < len; i += n) {
		uint32_t ch = utf8_decode(s + i, len - i, &n);

		if (!utf8_unsafe(ch) || ch < 0x20)
			buf_add(&out, s + i, n);
		else if (ch < 0x10000)
			buf_printf(&out, "\\u%04x", ch);
		else
			buf_printf(&out, "\\u%04x\\u%04x",
			    0xd800 + ((ch - 0x10000) >> 10),
			    0xdc00 + ((ch - 0x10000) & 0x3ff));
	}
	buf_addc(&out, '\n');
	fwrite(out.data, 1, out.len, stdout);
	buf_free(&out);
}
