/* What an alert map finds in an item. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/time.h"
#include "base/utf8.h"
#include "domain/alert/alertmap.h"
#include "domain/model.h"

#define LABELS		64	/* told in a text */
#define NAME_MOST	200	/* bytes of a fingerprint or group */

struct import_place
alert_place(const struct alert_part *p, struct arena *a)
{
	return (struct import_place){ &p->map->import, &p->item, &p->up, a,
		NULL, p->up_tag };
}

const struct alert_form *
alert_map_form(const struct alert_map *m, const struct value *v, size_t *pos,
    struct arena *a)
{
	struct import_place in = { &m->import, v, NULL, a, NULL, 0 };

	while (*pos < m->forms) {
		const struct alert_form *f = &m->form[(*pos)++];

		if (import_holds(&in, f->detect, f->detects))
			return f;
	}
	return NULL;
}

static int
part(struct alert_part *p, int (*each)(void *, const struct alert_part *,
    struct err *), void *arg, struct arena *a, struct err *e)
{
	struct import_place in = alert_place(p, a);

	if (!import_holds(&in, p->form->where, p->form->wheres))
		return 0;
	return each(arg, p, e);
}

int
alert_parts(const struct alert_map *m, const struct alert_form *f,
    const struct value *v, int (*each)(void *, const struct alert_part *,
    struct err *), void *arg, struct arena *a, struct err *e)
{
	static uint64_t tag;
	struct alert_part p = { .map = m, .form = f, .item = *v };
	struct value list;
	const char *text;
	size_t pos = 0;

	p.up_tag = ++tag;
	if (f->decode != NULL) {
		text = value_text_at(v, f->decode, a);
		if (text == NULL || value_parse(&p.item, text, strlen(text),
		    e) < 0) {
			err_clear(e);
			return err_set(e, ERR_INPUT, "%s holds no JSON",
			    f->decode);
		}
		p.up = *v;
	}
	if (f->items == NULL)
		return part(&p, each, arg, a, e);
	if (!value_at(&p.item, f->items, &list) || list.kind != VALUE_ARRAY)
		return err_set(e, ERR_INPUT, "%s is not an array", f->items);
	for (p.up = p.item; value_next(&list, &pos, &p.item);) {
		if (part(&p, each, arg, a, e) < 0)
			return -1;
	}
	return 0;
}

static const char *
one_line(const char *s, struct arena *a)
{
	struct buf b = BUF_INIT;

	if (s == NULL)
		return NULL;
	utf8_clean_line(&b, s, strlen(s));
	s = b.len > 0 ? arena_strndup(a, b.data, b.len) : NULL;
	buf_free(&b);
	return s;
}

/* All that are there with a slash between; a long one by its hash. */
static const char *
name_of(const struct import_place *in, const struct alert_list *list)
{
	struct buf b = BUF_INIT;
	uint8_t hash[HASH_BYTES];
	char id[ID_TEXT];
	const char *out;
	size_t found = 0;

	for (size_t i = 0; i < list->n; i++) {
		const char *s = one_line(import_text(in, list->expr[i]),
		    in->arena);

		if (i > 0)
			buf_addc(&b, '/');
		if (s != NULL)
			buf_adds(&b, s);
		found += s != NULL;
	}
	hash_bytes(b.data, b.len, hash);
	out = found == 0 ? NULL : arena_strdup(in->arena,
	    b.len > NAME_MOST ? hash_id(hash, id) : b.data);
	buf_free(&b);
	return out;
}

static void
say(struct buf *b, const char *label, const char *text)
{
	if (text == NULL)
		return;
	if (b->len > 0)
		buf_addc(b, '\n');
	if (label != NULL)
		buf_printf(b, "%s: ", label);
	buf_adds(b, text);
}

static void
say_labels(struct buf *b, const struct alert_part *p, struct arena *a)
{
	struct value labels, name, v;
	size_t pos = 0, n = 0;

	if (p->form->labels == NULL ||
	    !value_at(&p->item, p->form->labels, &labels) ||
	    labels.kind != VALUE_OBJECT)
		return;
	while (n++ < LABELS && value_field(&labels, &pos, &name, &v))
		say(b, value_str(&name, a, NULL), value_text(&v, a));
}

static const char *
text_of(const struct alert_part *p, const struct import_place *in)
{
	const struct alert_form *f = p->form;
	struct buf b = BUF_INIT;
	const char *s;

	say(&b, NULL, import_body(in, f->field[A_TEXT]));
	for (size_t i = 0; i < f->details.n; i++)
		say(&b, f->details.label[i], import_text(in,
		    f->details.expr[i]));
	say_labels(&b, p, in->arena);
	for (size_t i = 0; i < f->links.n; i++)
		say(&b, NULL, import_text(in, f->links.expr[i]));
	s = arena_strndup(in->arena, b.data, b.len);
	buf_free(&b);
	return s;
}

/*
 * What is no moment of these times (0001-01-01, a variable that was not
 * filled in) is missing: nobody is to miss an alert for it.
 */
static int64_t
moment(const struct import_place *in, const struct alert_form *f,
    enum alert_field which)
{
	int64_t t;

	return import_moment(in, f->field[which], &t) == 1 && t > AT_MIN &&
	    t < AT_END ? t : TIME_NONE;
}

static const char *
customer_of(const struct alert_part *p, const struct import_place *in)
{
	const char *s = one_line(import_text(in, p->form->field[A_CUSTOMER]),
	    in->arena);
	const struct yaml *y;

	if (s == NULL || p->map->customers == NULL ||
	    (y = yaml_get(p->map->customers, s)) == NULL)
		return s;
	return y->text;
}

/* NaN, infinities and what is no number are no value. */
static void
measure(const struct alert_part *p, const struct import_place *in,
    struct alert *al)
{
	const char *s = import_text(in, p->form->field[A_VALUE]);
	struct duration d;
	char *end;

	al->lasts = -1;
	if (s != NULL) {
		al->value = strtod(s, &end);
		end += strspn(end, " %");
		al->has_value = end != s && *end == '\0' &&
		    isfinite(al->value);
	}
	s = import_text(in, p->form->field[A_FOR]);
	if (s == NULL)
		return;
	if (duration_parse(s, &d) == 0 && d.unit == DURATION_SECONDS)
		al->lasts = d.amount;
	else if (s[strspn(s, "0123456789")] == '\0' && strlen(s) < 10)
		al->lasts = atoll(s);
}

static int
state_of(const struct alert_part *p, const struct import_place *in,
    enum alert_state *out, struct err *e)
{
	static const char *const names[] = { "ignored", "firing", "resolved",
		"acknowledged" };
	struct import_expr raw = *p->form->field[A_STATE];
	const char *s = import_text(in, &raw);

	for (int i = 0; s != NULL && i < 4; i++) {
		if (strcmp(names[i], s) == 0) {
			*out = (enum alert_state)i;
			return 0;
		}
	}
	raw.map = NULL;
	s = one_line(import_text(in, &raw), in->arena);
	return err_set(e, ERR_INPUT, s != NULL ?
	    "state '%.60s' is none that the map knows" : "state is missing",
	    s);
}

int
alert_of(const struct alert_part *p, struct alert *al, struct arena *a,
    struct err *e)
{
	const struct alert_form *f = p->form;
	struct import_place in = alert_place(p, a);

	memset(al, 0, sizeof(*al));
	al->source = p->map->name;
	if (state_of(p, &in, &al->state, e) < 0)
		return -1;
	if (al->state == ALERT_IGNORED)
		return 0;
	al->fingerprint = name_of(&in, &f->fingerprint);
	if (al->fingerprint == NULL)
		return err_set(e, ERR_INPUT, "fingerprint is missing");
	al->started = moment(&in, f, A_STARTED);
	al->ended = moment(&in, f, A_ENDED);
	al->at = moment(&in, f, A_AT);
	al->customer = customer_of(p, &in);
	al->service = one_line(import_text(&in, f->field[A_SERVICE]), a);
	al->host = one_line(import_text(&in, f->field[A_HOST]), a);
	al->title = one_line(import_text(&in, f->field[A_TITLE]), a);
	al->metric = one_line(import_text(&in, f->field[A_METRIC]), a);
	al->by = one_line(import_text(&in, f->field[A_BY]), a);
	al->severity = alert_severity(import_text(&in,
	    f->field[A_SEVERITY]));
	measure(p, &in, al);
	if ((al->group = name_of(&in, &f->group)) == NULL)
		al->group = al->fingerprint;
	if (al->customer != NULL)
		al->group = arena_printf(a, "%s/%s", al->group, al->customer);
	if (al->title == NULL)
		al->title = al->fingerprint;
	al->text = text_of(p, &in);
	return 0;
}
