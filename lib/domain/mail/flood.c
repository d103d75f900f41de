#include <stdlib.h>
#include <string.h>

#include "domain/mail/flood.h"

/* 2^10 sets of 4: 4096 senders. */
#define SETS	((size_t)1 << 10)
#define WAYS	4

struct sender {
	int64_t name;
	uint64_t used;		/* for the oldest of a set to go */
	size_t n;
	struct alike_mail mail[FLOOD_MAILS];
};

struct floods {
	const struct automatic *rules;
	const struct flood_lookup *lookup;
	struct sender *sender;	/* SETS * WAYS */
	uint64_t turn;
};

struct floods *
floods_new(const struct automatic *rules, const struct flood_lookup *lookup)
{
	struct floods *f = xcalloc(1, sizeof(*f));

	f->rules = rules;
	f->lookup = lookup;
	f->sender = xcalloc(SETS * WAYS, sizeof(*f->sender));
	return f;
}

void
floods_free(struct floods *f)
{
	free(f->sender);
	free(f);
}

static struct sender *
find(struct floods *f, int64_t name)
{
	struct sender *set = f->sender + (uint64_t)name % SETS * WAYS;
	struct sender *oldest = set;

	for (int i = 0; i < WAYS; i++) {
		if (set[i].name == name) {
			oldest = &set[i];
			break;
		}
		if (set[i].used < oldest->used)
			oldest = &set[i];
	}
	if (oldest->name != name) {
		oldest->name = name;
		oldest->n = 0;
	}
	oldest->used = ++f->turn;
	return oldest;
}

struct sum {
	int64_t messages, subject, text, shape;
};

static void
count(struct sum *s, const struct alike_mail *m, const struct alike_mail *old)
{
	s->messages++;
	s->subject += old->alike.subject == m->alike.subject;
	s->text += old->alike.text == m->alike.text;
	s->shape += old->alike.shape == m->alike.shape;
}

static bool
listed(const struct alike_mail *list, size_t n, int64_t nonce)
{
	for (size_t i = 0; i < n; i++) {
		if (list[i].nonce == nonce)
			return true;
	}
	return false;
}

/* What came before it within the window, here and in the store. */
static int
add_up(struct floods *f, const struct sender *s, const struct alike_mail *m,
    struct sum *sum, struct err *e)
{
	struct alike_mail stored[FLOOD_MAILS];
	int64_t from = m->at - f->rules->window + 1;
	int n = 0;

	memset(sum, 0, sizeof(*sum));
	if (f->lookup != NULL && (n = f->lookup->mails(f->lookup->arg,
	    m->alike.sender, from, m->at, stored, e)) < 0)
		return -1;
	for (size_t i = 0; i < s->n; i++) {
		if (s->mail[i].at >= from && s->mail[i].at <= m->at &&
		    s->mail[i].nonce != m->nonce)
			count(sum, m, &s->mail[i]);
	}
	for (int i = 0; i < n; i++) {
		if (stored[i].nonce != m->nonce &&
		    !listed(s->mail, s->n, stored[i].nonce))
			count(sum, m, &stored[i]);
	}
	return 0;
}

/* The earliest mail makes room. */
static void
remember(struct sender *s, const struct alike_mail *m)
{
	size_t at = 0;

	if (s->n < FLOOD_MAILS) {
		s->mail[s->n++] = *m;
		return;
	}
	for (size_t i = 1; i < s->n; i++) {
		if (s->mail[i].at < s->mail[at].at)
			at = i;
	}
	if (m->at >= s->mail[at].at)
		s->mail[at] = *m;
}

int
floods_add(struct floods *f, const struct alike_mail *m, bool automatic,
    struct err *e)
{
	const struct automatic *r = f->rules;
	struct sender *s = find(f, m->alike.sender);
	struct sum sum;
	bool many, same;

	if (add_up(f, s, m, &sum, e) < 0)
		return -1;
	remember(s, m);
	many = sum.messages >= r->messages;
	same = sum.text >= r->same || (automatic && sum.subject >= r->same);
	if (same || (many && (automatic || sum.shape >= r->same)))
		return FLOOD_SAME;
	return many ? FLOOD_MANY : sum.text > 0 ? FLOOD_REPEAT : FLOOD_NONE;
}
