/* The tables of threading. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/mail/threadtab.h"
#include "format/address.h"

/*
 * Sets of four, of which the oldest goes. A mail that answers one further
 * back than this starts a ticket of its own unless a store remembers; half of
 * the names are of messages that were named and never seen.
 */
#define WAYS		4
#define NAME_SETS	((size_t)1 << 16)
#define PLACE_SETS	((size_t)1 << 14)
#define PARTY_SETS	((size_t)1 << 17)
#define MERGES_DEEP	64

#define SEEN		((uint64_t)1 << 60)
#define KEY_BITS	(SEEN - 1)

static const char digits32[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

struct threads *
threads_new(const struct org *org, const struct thread_lookup *lookup)
{
	struct threads *t = xcalloc(1, sizeof(*t));

	t->org = org;
	t->lookup = lookup;
	t->names = xcalloc(NAME_SETS * WAYS, sizeof(*t->names));
	t->places = xcalloc(PLACE_SETS * WAYS, sizeof(*t->places));
	t->parties = xcalloc(PARTY_SETS * WAYS, sizeof(*t->parties));
	return t;
}

void
threads_free(struct threads *t)
{
	free(t->names);
	free(t->places);
	free(t->parties);
	arena_free(&t->scratch);
	free(t);
}

uint64_t
word(const char *s)
{
	return hash_word(s, strlen(s));
}

uint64_t
key_pack(const char *key)
{
	uint64_t n = 0;

	for (; *key != '\0'; key++)
		n = n << 5 | (uint64_t)(strchr(digits32, *key) - digits32);
	return n;
}

void
key_unpack(uint64_t n, char key[KEY_TEXT])
{
	for (int i = KEY_TEXT - 2; i >= 0; i--, n >>= 5)
		key[i] = digits32[n & 31];
	key[KEY_TEXT - 1] = '\0';
}

static struct name *
name_slot(struct threads *t, uint64_t h)
{
	struct name *set = t->names + h % NAME_SETS * WAYS;

	for (int i = 0; i < WAYS; i++) {
		if (set[i].name == h)
			return &set[i];
	}
	return NULL;
}

int
name_of(struct threads *t, const char *id, uint64_t *key, bool *seen,
    struct err *e)
{
	struct name *n = name_slot(t, word(id));
	char text[KEY_TEXT];
	int got;

	if (n != NULL) {
		*key = n->ticket & KEY_BITS;
		*seen = (n->ticket & SEEN) != 0;
		return 1;
	}
	if (t->lookup == NULL)
		return 0;
	got = t->lookup->message(t->lookup->arg, id, text, seen, e);
	if (got == 1)
		*key = key_pack(text);
	return got;
}

void
name_put(struct threads *t, const char *id, uint64_t key, bool seen)
{
	uint64_t h = word(id);
	struct name *set = t->names + h % NAME_SETS * WAYS;
	struct name *old = name_slot(t, h);
	size_t i = old != NULL ? (size_t)(old - set) : WAYS - 1;

	memmove(set + 1, set, i * sizeof(*set));
	set[0].name = h;
	set[0].ticket = key | (seen ? SEEN : 0);
}

int
name_mention(struct threads *t, const char *id, uint64_t key, struct err *e)
{
	uint64_t known;
	bool seen;
	int got = name_of(t, id, &known, &seen, e);

	if (got == 0)
		name_put(t, id, key, false);
	return got < 0 ? -1 : 0;
}

static struct place *
place_slot(struct threads *t, uint64_t key)
{
	struct place *set = t->places + key % PLACE_SETS * WAYS;

	for (int i = 0; i < WAYS; i++) {
		if (set[i].key == key && key != 0)
			return &set[i];
	}
	return NULL;
}

void
place_save(struct threads *t, const struct place *p)
{
	struct place *set = t->places + p->key % PLACE_SETS * WAYS;
	struct place *old = place_slot(t, p->key);
	size_t i = old != NULL ? (size_t)(old - set) : WAYS - 1;

	memmove(set + 1, set, i * sizeof(*set));
	set[0] = *p;
}

void
place_start(struct place *p, uint64_t key, bool apart)
{
	memset(p, 0, sizeof(*p));
	p->key = key;
	p->first = p->last = p->done = TIME_NONE;
	p->apart = apart;
	p->parties = true;
}

/* What the store knows, into the table. */
static int
place_load(struct threads *t, uint64_t key, struct place *p, struct err *e)
{
	struct thread_ticket known;
	char text[KEY_TEXT];
	int got;

	if (t->lookup == NULL)
		return 0;
	key_unpack(key, text);
	got = t->lookup->ticket(t->lookup->arg, text, &known, e);
	if (got != 1)
		return got;
	place_start(p, key_pack(known.key), known.apart);
	if (p->key != key) {
		struct place old;

		place_start(&old, key, false);
		old.into = p->key;
		place_save(t, &old);
		/* It may have gone on since, in this run. */
		if (place_slot(t, p->key) != NULL) {
			*p = *place_slot(t, p->key);
			return 1;
		}
	}
	p->first = known.first;
	p->last = known.last;
	p->first_topic = known.first_topic;
	p->last_topic = known.last_topic;
	p->customer = known.customer;
	p->customer_at = known.customer_at;
	p->done = known.done;
	p->parties = false;
	place_save(t, p);
	return 1;
}

int
place_of(struct threads *t, uint64_t key, struct place *out, struct err *e)
{
	for (int i = 0; i < MERGES_DEEP; i++) {
		const struct place *p = place_slot(t, key);
		int got = 1;

		if (p != NULL)
			*out = *p;
		else
			got = place_load(t, key, out, e);
		if (got != 1 || out->into == 0)
			return got;
		key = out->into;
	}
	return 0;
}

void
place_merge(struct threads *t, struct place *from, struct place *into)
{
	if (from->first != TIME_NONE && (into->first == TIME_NONE ||
	    from->first < into->first)) {
		into->first = from->first;
		into->first_topic = from->first_topic;
	}
	if (from->last != TIME_NONE && (into->last == TIME_NONE ||
	    from->last > into->last)) {
		into->last = from->last;
		into->last_topic = from->last_topic;
	}
	if (from->customer != 0 && (into->customer == 0 ||
	    from->customer_at < into->customer_at)) {
		into->customer = from->customer;
		into->customer_at = from->customer_at;
	}
	from->into = into->key;
	from->next = into->joined;
	into->joined = from->key;
	place_save(t, from);
	place_save(t, into);
}

/* Spread over the table by ticket and by who it is. */
static uint64_t
pair(uint64_t key, const char *who)
{
	return word(who) ^ key * UINT64_C(0x9e3779b97f4a7c15);
}

static bool
pair_known(const struct threads *t, uint64_t h)
{
	const uint64_t *set = t->parties + h % PARTY_SETS * WAYS;

	return set[0] == h || set[1] == h || set[2] == h || set[3] == h;
}

static void
pair_put(struct threads *t, uint64_t h)
{
	uint64_t *set = t->parties + h % PARTY_SETS * WAYS;

	if (pair_known(t, h))
		return;
	memmove(set + 1, set, (WAYS - 1) * sizeof(*set));
	set[0] = h;
}

void
party_put(struct threads *t, uint64_t key, const char *address)
{
	const char *domain = address_domain(address);

	pair_put(t, pair(key, address));
	if (domain != NULL)
		pair_put(t, pair(key, domain));
}

struct joining {
	struct threads *t;
	uint64_t key;
};

static void
take_party(void *arg, const char *address)
{
	struct joining *j = arg;

	party_put(j->t, j->key, address);
}

static int
load_parties(struct threads *t, struct place *p, struct err *e)
{
	struct joining j = { t, p->key };
	char key[KEY_TEXT];

	if (p->parties || t->lookup == NULL)
		return 0;
	key_unpack(p->key, key);
	if (t->lookup->parties(t->lookup->arg, key, take_party, &j, e) < 0)
		return -1;
	p->parties = true;
	place_save(t, p);
	return 0;
}

/* Who took part in a ticket that was merged into it took part in it. */
static int
is_party_of(struct threads *t, uint64_t key, const char *who, int depth,
    struct err *e)
{
	const struct place *slot = place_slot(t, key);
	struct place p;
	int got;

	if (slot == NULL || depth == MERGES_DEEP)
		return 0;
	p = *slot;
	if (load_parties(t, &p, e) < 0)
		return -1;
	got = pair_known(t, pair(key, who));
	for (key = p.joined; got == 0 && key != 0; depth++) {
		got = is_party_of(t, key, who, depth + 1, e);
		slot = place_slot(t, key);
		key = slot != NULL && depth < MERGES_DEEP ? slot->next : 0;
	}
	return got;
}

int
is_party(struct threads *t, const struct place *p, const char *who,
    struct err *e)
{
	return is_party_of(t, p->key, who, 0, e);
}
