/* What a status page tells: incidents and maintenance. */
#include <string.h>

#include "base/time.h"
#include "domain/alert/alertmap.h"
#include "domain/model.h"

#define WORDS		500	/* updates kept of an incident */
#define STATES		100	/* services kept of an update */

static const char *const statuses[] = { "investigating", "identified",
	"monitoring", "resolved", "postmortem", NULL };

static const char *
status_of(const char *s)
{
	for (size_t i = 0; s != NULL && statuses[i] != NULL; i++) {
		if (strcmp(statuses[i], s) == 0)
			return s;
	}
	return NULL;
}

static int
moment(const struct import_place *in, const struct alert_form *f,
    enum alert_field which, const char *name, int64_t *out, struct err *e)
{
	int got = import_moment(in, f->field[which], out);

	if (got == 0)
		*out = TIME_NONE;
	else if (got < 0 || *out < AT_MIN || *out >= AT_END)
		return err_set(e, ERR_INPUT, "%s is not a time", name);
	return 0;
}

/* What the services were from that update on. */
static void
write_states(struct writer *w, const struct alert_part *p, struct arena *a)
{
	const struct alert_form *f = p->form;
	struct alert_part one = *p;
	struct value list;
	size_t pos = 0, n = 0;

	if (f->states == NULL || !value_at(&p->item, f->states, &list) ||
	    list.kind != VALUE_ARRAY)
		return;
	w_key(w, "states");
	w_open(w, '[');
	one.up = p->item;
	while (n++ < STATES && value_next(&list, &pos, &one.item)) {
		struct import_place in = alert_place(&one, a);
		const char *service, *is;

		if (one.item.kind != VALUE_OBJECT || (service = import_text(
		    &in, f->field[A_STATE_SERVICE])) == NULL || (is =
		    import_text(&in, f->field[A_STATE_IS])) == NULL)
			continue;
		w_open(w, '{');
		w_field_str(w, "service", service);
		w_field_str(w, "state", is);
		w_close(w, '}');
	}
	w_close(w, ']');
}

/* Updates as they stand there, the oldest last; *latest: the newest's. */
static void
write_words(struct writer *w, const struct alert_part *p, struct arena *a,
    int64_t *latest)
{
	const struct alert_form *f = p->form;
	struct alert_part word = *p;
	struct value list;
	size_t pos = 0, n = 0;
	int64_t at;

	if (f->words == NULL || !value_at(&p->item, f->words, &list) ||
	    list.kind != VALUE_ARRAY)
		return;
	w_key(w, "updates");
	w_open(w, '[');
	word.up = p->item;
	while (n++ < WORDS && value_next(&list, &pos, &word.item)) {
		struct import_place in = alert_place(&word, a);

		if (word.item.kind != VALUE_OBJECT)
			continue;
		w_open(w, '{');
		if (import_moment(&in, f->field[A_WORD_AT], &at) == 1 &&
		    at >= AT_MIN && at < AT_END) {
			w_field_time(w, "at", at);
			if (*latest == TIME_NONE || at > *latest)
				*latest = at;
		}
		w_field_str(w, "status", import_text(&in,
		    f->field[A_WORD_STATUS]));
		w_field_str(w, "text", import_body(&in,
		    f->field[A_WORD_TEXT]));
		write_states(w, &word, a);
		w_close(w, '}');
	}
	w_close(w, ']');
}

struct page {			/* what both kinds have */
	const char *key, *title;
	int64_t at, started, ended;
};

static int
load(struct page *g, const struct alert_part *p,
    const struct import_place *in, struct err *e)
{
	const struct alert_form *f = p->form;
	const char *id = import_text(in, f->field[A_ID]);

	if (id == NULL || strlen(id) > 200)
		return err_set(e, ERR_INPUT, "id is missing or too long");
	g->key = arena_printf(in->arena, "%s:%s", p->map->name, id);
	g->title = import_text(in, f->field[A_TITLE]);
	if (moment(in, f, A_STARTED, "started", &g->started, e) < 0 ||
	    moment(in, f, A_ENDED, "ended", &g->ended, e) < 0 ||
	    moment(in, f, A_AT, "at", &g->at, e) < 0)
		return -1;
	if (g->started == TIME_NONE)
		return err_set(e, ERR_INPUT, "started is missing");
	return 0;
}

static int
incident(const struct alert_part *p, const struct import_place *in,
    struct page *g, struct writer *w, struct err *e)
{
	const struct alert_form *f = p->form;
	const int severity = alert_severity(import_text(in,
	    f->field[A_SEVERITY]));
	const char *status = status_of(import_text(in, f->field[A_STATUS]));

	if (status == NULL)
		return err_set(e, ERR_INPUT, "status is none that the map "
		    "knows");
	w_field_str(w, "key", g->key);
	w_field_str(w, "severity", severity != 0 ? arena_printf(in->arena,
	    "P%d", severity) : "P4");
	w_field_str(w, "title", g->title != NULL ? g->title : g->key);
	w_field_str(w, "status", status);
	w_field_time(w, "started", g->started);
	if (g->ended != TIME_NONE)
		w_field_time(w, "ended", g->ended);
	w_field_list(w, "affects", import_list(in, f->field[A_AFFECTS]));
	write_words(w, p, in->arena, &g->at);
	return 0;
}

static int
maintenance(const struct alert_part *p, const struct import_place *in,
    struct page *g, struct writer *w, struct err *e)
{
	const struct alert_form *f = p->form;
	int64_t announced, completed;

	if (moment(in, f, A_ANNOUNCED, "announced", &announced, e) < 0 ||
	    moment(in, f, A_COMPLETED, "completed", &completed, e) < 0)
		return -1;
	if (g->ended == TIME_NONE || g->ended < g->started)
		return err_set(e, ERR_INPUT, "ended is missing or before "
		    "started");
	w_field_str(w, "key", g->key);
	w_field_str(w, "title", g->title);
	w_field_time(w, "started", g->started);
	w_field_time(w, "ended", g->ended);
	if (announced != TIME_NONE)
		w_field_time(w, "announced", announced);
	if (completed != TIME_NONE)
		w_field_time(w, "completed", completed);
	w_field_list(w, "services", import_list(in, f->field[A_AFFECTS]));
	if (g->at == TIME_NONE)
		g->at = announced;
	return 0;
}

int
alert_page(const struct alert_part *p, struct buf *out,
    struct arena *a, struct err *e)
{
	struct import_place in = alert_place(p, a);
	bool is_incident = p->form->kind == ALERT_INCIDENT;
	const char *type = is_incident ? "incident" : "maintenance";
	struct buf body = BUF_INIT;
	char id[ID_TEXT], at[TIME_TEXT];
	struct writer w;
	struct page g;
	int rc;

	if (load(&g, p, &in, e) < 0)
		return -1;
	w_begin(&w, &body);
	rc = is_incident ? incident(p, &in, &g, &w, e) :
	    maintenance(p, &in, &g, &w, e);
	if (rc == 0) {
		if (g.at == TIME_NONE)
			g.at = g.started;
		record_id(id, type, time_format(g.at, at), body.data, NULL);
		record_begin(&w, out, type, id, g.at);
		buf_addc(out, ',');
		buf_add(out, body.data, body.len);
		buf_addc(out, '}');
	}
	buf_free(&body);
	return rc;
}
