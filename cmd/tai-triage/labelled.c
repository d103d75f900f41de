/* Rules against records that say themselves what they are. */
#include <string.h>

#include "base/utf8.h"
#include "labels.h"

struct grading {
	struct rules *rules;
	struct label_map map;
	struct tally *tally[LABELS];
	struct mistake mistake[MISTAKES];	/* the surest first */
	size_t mistakes;
	int64_t n;
	struct arena arena;	/* of one record */
};

static void
note_mistake(struct grading *t, struct cmd *c, const struct mistake *m)
{
	size_t i = t->mistakes;

	if (i == MISTAKES && m->confidence <= t->mistake[i - 1].confidence)
		return;
	if (i < MISTAKES)
		t->mistakes++;
	else
		i--;
	for (; i > 0 && t->mistake[i - 1].confidence < m->confidence; i--)
		t->mistake[i] = t->mistake[i - 1];
	t->mistake[i] = *m;
	t->mistake[i].expected = arena_strdup(&c->arena, m->expected);
	t->mistake[i].subject = arena_strdup(&c->arena, m->subject);
}

static void
compare(struct grading *t, struct cmd *c, const struct rec *r, int which,
    const struct message *m, const struct verdict *v)
{
	const struct rule_info *by = which == LABEL_SEVERITY ? v->severity :
	    v->topic;
	const char *expected = label_expected(&t->map, r, which, &t->arena);
	const char *given = which == LABEL_SEVERITY ? severity_name(v->level) :
	    v->topic == NULL ? which == LABEL_CATEGORY ? "other" : "" :
	    which == LABEL_CATEGORY ? v->topic->category : v->topic->topic;
	struct mistake wrong;

	if (expected == NULL)
		return;
	if (which == LABEL_SEVERITY && severity_parse(expected) >= 0)
		expected = severity_name((enum severity)severity_parse(
		    expected));
	if (given == NULL || *given == '\0')
		given = "(none)";
	if (label_fits(expected, given)) {
		tally_add(t->tally[which], expected, expected);
		return;
	}
	tally_add(t->tally[which], expected, given);
	wrong = (struct mistake){ t->n, which, v->confidence, expected, given,
	    by != NULL ? by->id : "-", *m->subject != '\0' ? m->subject :
	    arena_strndup(&t->arena, m->text, utf8_valid(m->text,
	    m->text_len < 80 ? m->text_len : 80)) };
	note_mistake(t, c, &wrong);
}

static int
each(struct cmd *c, void *arg, const struct rec *r, struct err *e)
{
	struct grading *t = arg;
	struct message m;
	struct verdict v;

	arena_reset(&t->arena);
	t->n++;
	if (label_message(&t->map, r, &m, &t->arena, e) < 0 ||
	    rules_match(t->rules, &m, &t->arena, &v, e) < 0)
		return -1;
	for (int i = 0; i < LABELS; i++)
		compare(t, c, r, i, &m, &v);
	return 0;
}

int
labels_test(struct cmd *c, struct rules *r, const char *map, int64_t least,
    struct err *e)
{
	struct grading t = { .rules = r };
	const struct filter f = { .each = each, .arg = &t, .replaces = true };
	int rc = label_map_load(&t.map, c, map, e), found = 0;
	int64_t judged = 0;

	for (int i = 0; i < LABELS; i++)
		t.tally[i] = tally_new();
	if (rc == 0 && (rc = cmd_filter(c, &f, e)) == 0)
		labels_put(c, t.tally, t.mistake, c->verbose ? t.mistakes : 0);
	for (int i = 0; i < LABELS; i++) {
		int64_t right, n = tally_total(t.tally[i], &right);

		found |= right * 100 < n * least;
		judged += n;
		tally_free(t.tally[i]);
	}
	arena_free(&t.arena);
	if (rc == 0 && judged == 0)
		return err_set(e, ERR_INPUT, "of %zu records none says what "
		    "it is about or how severe: nothing was judged",
		    (size_t)t.n);
	return rc < 0 ? rc : found;
}
