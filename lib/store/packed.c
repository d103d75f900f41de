/*
 * A ticket's events as one value, for who goes over all tickets: a row each
 * costs far more to step to than what is in it. Varints are LEB128; each
 * event has its nonce in 8 bytes, the lowest first, and as varints the seconds
 * since the one before (zigzag), kind, arg, seq and the length of the text + 1
 * (0: NULL), and the text with a NUL.
 */
#include <string.h>

#include "base/utf8.h"
#include "store/private.h"

#define NONCE		8	/* bytes */
#define EVENT_LEAST	13	/* bytes of one */

static void
put(struct buf *b, uint64_t n)
{
	char *to = buf_room(b, 10);
	size_t len = 0;

	for (; n >= 0x80; n >>= 7)
		to[len++] = (char)(n | 0x80);
	to[len++] = (char)n;
	to[len] = '\0';
	b->len += len;
}

static void
put_nonce(struct buf *b, uint64_t n)
{
	char bytes[NONCE];

	for (int i = 0; i < NONCE; i++, n >>= 8)
		bytes[i] = (char)n;
	buf_add(b, bytes, NONCE);
}

void
events_pack(const struct history *h, struct buf *out)
{
	uint64_t last = 0;

	put(out, h->n);
	for (size_t i = 0; i < h->n; i++) {
		const struct event *ev = &h->event[i];
		uint64_t at = (uint64_t)ev->at, since = at - last;
		size_t len = ev->text != NULL ? strlen(ev->text) : 0;

		put_nonce(out, (uint64_t)ev->nonce);
		put(out, since << 1 ^ (since >> 63 ? UINT64_MAX : 0));
		put(out, (uint64_t)ev->kind);
		put(out, (uint64_t)ev->arg);
		put(out, (uint64_t)ev->seq);
		put(out, ev->text != NULL ? len + 1 : 0);
		if (ev->text != NULL)
			buf_add(out, ev->text, len + 1);
		last = at;
	}
}

struct unpacking {
	const uint8_t *p, *end;
	bool bad;
};

static uint64_t
get(struct unpacking *u)
{
	uint64_t n = 0;

	if (u->p < u->end && *u->p < 0x80)
		return *u->p++;
	for (unsigned shift = 0; u->p < u->end && shift < 64; shift += 7) {
		uint8_t byte = *u->p++;

		n |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return n;
	}
	u->bad = true;
	return 0;
}

size_t
events_count(const char *bytes, size_t len)
{
	struct unpacking u = { (const uint8_t *)bytes,
		(const uint8_t *)bytes + len, false };
	uint64_t n = get(&u);

	return u.bad || n > len / EVENT_LEAST ? 0 : (size_t)n;
}

static bool
get_event(struct unpacking *u, int64_t last, struct event *ev)
{
	uint64_t nonce = 0, since, kind, arg, len;

	if (u->end - u->p < EVENT_LEAST)
		return false;
	for (int i = NONCE; i-- > 0;)
		nonce = nonce << 8 | u->p[i];
	u->p += NONCE;
	since = get(u);
	kind = get(u);
	arg = get(u);
	memset(ev, 0, sizeof(*ev));
	ev->nonce = (int64_t)nonce;
	ev->at = (int64_t)((uint64_t)last + (since >> 1 ^
	    (since & 1 ? UINT64_MAX : 0)));
	ev->seq = (int64_t)get(u);
	len = get(u);
	if (u->bad || len > (uint64_t)(u->end - u->p) || kind > EVENTS ||
	    arg > INT32_MAX || !event_right((int64_t)kind, (int64_t)arg))
		return false;
	ev->kind = (enum event_kind)kind;
	ev->arg = (int)arg;
	if (len == 0)
		return true;
	ev->text = (const char *)u->p;
	u->p += len;
	return ev->text[len - 1] == '\0' &&
	    utf8_valid(ev->text, len - 1) == len - 1;
}

bool
events_unpack(const char *bytes, size_t len, struct event *out)
{
	struct unpacking u = { (const uint8_t *)bytes,
		(const uint8_t *)bytes + len, false };
	uint64_t n = get(&u);
	int64_t last = 0;

	for (uint64_t i = 0; i < n; i++) {
		if (!get_event(&u, last, &out[i]))
			return false;
		last = out[i].at;
	}
	return u.p == u.end;
}
