/* Mail that another helpdesk's export has brought already. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ingest.h"

static const char *
sender(const struct rec *r, struct arena *a)
{
	struct rec *from = arena_alloc(a, sizeof(*from));
	const char *s = NULL;
	struct value v;

	if (rec_get(r, "from", &v) && v.kind == VALUE_OBJECT) {
		value_object(&v, from);
		s = rec_str(from, "address", a);
	}
	return s != NULL ? s : "";
}

/* The same message: imported, with this id, and by the same sender. */
static bool
is_it(const struct rec *r, const char *message_id, const char *from,
    struct arena *a)
{
	const char *id = rec_str(r, "message_id", a), *by;
	struct value v;

	if (!rec_get(r, "source", &v) || id == NULL ||
	    strcmp(id, message_id) != 0)
		return false;
	/* A helpdesk may not know, or sends in the name of the mailbox. */
	by = sender(r, a);
	return *by == '\0' || strcasecmp(by, from) == 0 ||
	    rec_is(r, "direction", "out");
}

int
ingest_imported(struct store *s, const struct rec *mail,
    const char *message_id, struct err *e)
{
	static const char *const types[] = { "message", NULL };
	struct arena a = { 0 };
	char key[KEY_TEXT];
	const char *from = sender(mail, &a);
	struct cursor *cur;
	struct rec *r;
	int64_t seq;
	int got = store_message_ticket(s, message_id, key, e), found = 0;

	if (got <= 0 || (got = store_log(s, types, key, 0, &cur, e)) < 0) {
		arena_free(&a);
		return got;
	}
	r = xmalloc(sizeof(*r));
	while (found == 0 && (got = cursor_record(cur, r, &seq, e)) == 1)
		found = is_it(r, message_id, from, &a);
	free(r);
	cursor_close(cur);
	arena_free(&a);
	return got < 0 ? -1 : found;
}
