/*
 * Any items: what comes out are records that tai-record(5) allows, and an
 * item that comes again adds nothing.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/mman.h>
#include <unistd.h>

#include "domain/slack/slack.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define MOST	4096

struct world {
	struct slack slack;
	char ids[MOST][ID_TEXT];
	size_t n;
	bool again;
};

static const char rules_text[] =
    "team: [T0TAI]\n"
    "workspaces: {T0GLOBEX: globex}\n"
    "channels:\n  - name: \"cust-{customer}\"\n"
    "internal: [general]\n"
    "reactions: {eyes: progress, white_check_mark: resolved}\n"
    "bots: {B0FORM: customer}\n";
static const char org_text[] =
    "name: TAI\naddress: support@tai.example\ndefault_tier: starter\n"
    "agent_domains: [tai.example]\n";

static int
has(void *arg, const char *id, struct err *e)
{
	struct world *w = arg;

	(void)e;
	for (size_t i = 0; i < w->n; i++) {
		if (strcmp(w->ids[i], id) == 0)
			return 1;
	}
	return 0;
}

static int
emit(void *arg, const struct buf *line, struct err *e)
{
	struct rec *r = malloc(sizeof(*r));
	struct world *w = arg;
	struct arena a = { 0 };
	const char *id;
	int got;

	if (r == NULL || rec_parse(r, line->data, line->len, e) < 0 ||
	    record_check(r, e) < 0)
		abort();
	id = rec_str(r, "id", &a);
	if (id == NULL || strlen(id) != ID_TEXT - 1)
		abort();
	got = has(w, id, e);
	if (got == 0 && w->again && w->n < MOST)
		abort();
	if (got == 0 && w->n < MOST)
		memcpy(w->ids[w->n++], id, ID_TEXT);
	arena_free(&a);
	free(r);
	return !got;
}

static void
read_all(struct world *w, const uint8_t *data, size_t len, bool exported)
{
	int fd = memfd_create("slack", MFD_CLOEXEC), got;
	struct source source = source_fd(fd, "fuzz");
	struct items *items;
	struct item item;

	if (fd == -1 || write(fd, data, len) != (ssize_t)len ||
	    lseek(fd, 0, SEEK_SET) != 0)
		abort();
	items = items_open(&source, exported ? NULL : slack_keys);
	for (;;) {
		struct err e = { 0 };

		if ((got = items_next(items, &item, &e)) == 0)
			break;
		if (got == 1)
			got = exported ? slack_message(&w->slack, "cust-acme",
			    &item.value, &e) : slack_event(&w->slack,
			    item.key, &item.value, &e);
		if (got < 0 && e.kind != ERR_INPUT)
			abort();
	}
	items_close(items);
	close(fd);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct slack_rules rules;
	static struct arena arena;
	static struct org org;
	static struct customers *customers;
	static struct world w;
	struct yaml *root;
	struct err e = { 0 };

	if (customers == NULL) {
		customers = customers_new("UTC");
		if (yaml_parse(&arena, "slack.yaml", rules_text,
		    sizeof(rules_text) - 1, &root, &e) < 0 ||
		    slack_rules_load(&rules, &arena, root, &e) < 0 ||
		    yaml_parse(&arena, "org.yaml", org_text,
		    sizeof(org_text) - 1, &root, &e) < 0 ||
		    org_load(&org, &arena, root, &e) < 0)
			abort();
	}
	w.n = 0;
	w.slack = (struct slack){ .rules = &rules, .org = &org,
		.customers = customers, .book = slack_book_new(&rules),
		.flow = slack_flow_new(&rules, NULL),
		.world = { &w, has, emit } };
	w.again = false;
	read_all(&w, data, len, false);
	read_all(&w, data, len, true);
	slack_flow_free(w.slack.flow);
	slack_book_free(w.slack.book);
	return 0;
}
