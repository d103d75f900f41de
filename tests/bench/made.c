/* Made-up tickets: the same number gives the same records. */
#include "bench.h"

#define START	INT64_C(1767225600)

static uint64_t
mix(uint64_t x)
{
	x = (x ^ (x >> 31)) * UINT64_C(0x9E3779B97F4A7C15);
	return x ^ (x >> 29);
}

static void
message(struct writer *w, long ticket, bool out)
{
	char address[64];

	snprintf(address, sizeof(address), "user@c%ld.example", ticket % 997);
	w_field_str(w, "channel", "mail");
	w_field_str(w, "direction", out ? "out" : "in");
	w_field_str(w, "role", out ? "agent" : "customer");
	w_key(w, "from");
	w_open(w, '{');
	w_field_str(w, "address", out ? "ana@tai.example" : address);
	w_close(w, '}');
	w_field_str(w, "subject", "Webhooks arrive late");
	w_field_str(w, "text", "They arrive ten minutes late since noon.");
}

static void
fields(struct writer *w, const char *type, long ticket, int step)
{
	static const char *const statuses[] = { "open", "progress" };

	if (*type == 'm') {
		message(w, ticket, step == 2 || step == 4);
	} else if (*type == 't') {
		w_field_str(w, "category", "webhooks");
		w_field_str(w, "severity",
		    severity_name((enum severity)(mix((uint64_t)ticket) % 4)));
		w_field_int(w, "confidence", 80);
	} else {
		w_field_str(w, "status", step == 5 ? "resolved" :
		    statuses[step & 1]);
		w_field_str(w, "by", "ana");
	}
}

void
made_record(struct buf *out, long ticket, int step)
{
	const char *type = step == 1 ? "triage" : step < 5 ? "message" :
	    "status";
	char root[48], name[16], id[ID_TEXT], message[ID_TEXT], key[KEY_TEXT];
	struct writer w;
	int64_t at = START + ticket * 13;

	for (int i = 2; i <= step; i++)
		at += (int64_t)(mix((uint64_t)(ticket * 8 + i)) % 30000);
	snprintf(root, sizeof(root), "%ld@c.example", ticket);
	snprintf(name, sizeof(name), "%d", step);
	record_begin(&w, out, type, record_id(id, type, root, name, NULL), at);
	w_field_str(&w, "ticket", ticket_key(key, root));
	if (step == 1)
		w_field_str(&w, "message",
		    record_id(message, "message", root, "0", NULL));
	fields(&w, type, ticket, step);
	w_close(&w, '}');
}

void
made_append(struct store *s, long ticket, int step)
{
	static struct rec r;
	static struct buf b = BUF_INIT;
	struct err e = { 0 };

	buf_reset(&b);
	made_record(&b, ticket, step);
	must(rec_parse(&r, b.data, b.len, &e), &e);
	must(store_append(s, &r, &e), &e);
}
