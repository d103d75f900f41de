/* What is on a ticket beside its messages, a line or two each. */
#include <string.h>

#include "base/time.h"
#include "desk.h"

/* ", articles: a, b" or nothing. */
static void
show_articles(struct cmd *c, const struct rec *r, struct arena *a)
{
	const char *before = ", articles: ";
	struct value list, v;
	size_t pos = 0;

	if (!rec_get(r, "kb", &list))
		return;
	while (value_next(&list, &pos, &v)) {
		const char *name = value_str(&v, a, NULL);

		if (name == NULL)
			continue;
		buf_adds(&c->out, before);
		desk_safe(&c->out, name, strlen(name));
		before = ", ";
	}
}

/* " by ana" or nothing. */
static const char *
by(const struct rec *r, struct arena *a)
{
	const char *who = desk_field(r, "by", a);

	return *who == '\0' ? "" : arena_printf(a, " by %s", who);
}

static void
show_triage(struct cmd *c, const struct rec *r, struct arena *a)
{
	const char *category = desk_field(r, "category", a);
	const char *topic = desk_field(r, "topic", a);
	const char *rule = desk_field(r, "rule", a);
	int64_t confidence;
	bool closing;

	buf_printf(&c->out, "triage%s: %s%s%s%s%s", by(r, a),
	    desk_field(r, "severity", a), *category != '\0' ? " " : "", category,
	    *topic != '\0' ? " / " : "", topic);
	if (*rule != '\0')
		buf_printf(&c->out, ", rule %s", rule);
	if (rec_int(r, "confidence", &confidence))
		buf_printf(&c->out, ", %lld %%", (long long)confidence);
	if (rec_bool(r, "closing", &closing) && closing)
		buf_adds(&c->out, ", no more help is needed");
	if (*desk_field(r, "reply", a) != '\0')
		buf_printf(&c->out, ", template %s", desk_field(r, "reply", a));
	show_articles(c, r, a);
	buf_addc(&c->out, '\n');
}

/* "resolution due Fri 2026-01-16 12:00 PST by ana". */
static void
show_due(struct cmd *c, const struct rec *r, struct arena *a)
{
	const char *clock = desk_field(r, "clock", a);
	int64_t due;

	buf_printf(&c->out, "%s due %s%s\n", *clock != '\0' ? clock :
	    "resolution", rec_time(r, "due", &due) ? cmd_time(c, due, a) :
	    "as the policy says", by(r, a));
}

/* ", from then to then" of an excluded period. */
static void
show_period(struct cmd *c, const struct rec *r, struct arena *a)
{
	int64_t since, until;

	if (rec_time(r, "since", &since))
		buf_printf(&c->out, ", from %s", cmd_time(c, since, a));
	if (rec_time(r, "until", &until))
		buf_printf(&c->out, " to %s", cmd_time(c, until, a));
}

static void
show_status(struct cmd *c, const struct rec *r, struct arena *a)
{
	const char *why = desk_field(r, "why", a), *excluded, *said;
	struct value v;

	if (rec_get(r, "excluded", &v)) {
		excluded = desk_field(r, "excluded", a);
		if (*excluded == '\0')
			buf_printf(&c->out, "counted again%s", by(r, a));
		else
			buf_printf(&c->out, "excluded%s: %s", by(r, a),
			    excluded);
		show_period(c, r, a);
		buf_addc(&c->out, '\n');
		return;
	}
	if (rec_get(r, "due", &v)) {
		show_due(c, r, a);
		return;
	}
	if (rec_get(r, "status", &v))
		buf_printf(&c->out, "status %s%s%s%s",
		    desk_field(r, "status", a), by(r, a), *why != '\0' ? ": " : "", why);
	else
		buf_printf(&c->out, "said%s", by(r, a));
	said = desk_field(r, "root_cause", a);
	if (rec_get(r, "root_cause", &v))
		buf_printf(&c->out, ", root cause %s", *said != '\0' ? said :
		    "taken back");
	buf_addc(&c->out, '\n');
	said = desk_field(r, "summary", a);
	if (rec_get(r, "summary", &v))
		buf_printf(&c->out, "%s\n", *said != '\0' ? said :
		    "the summary is taken back");
}

static void
show_assign(struct cmd *c, const struct rec *r, struct arena *a)
{
	const char *who = desk_field(r, "assignee", a);

	buf_printf(&c->out, "assigned to %s%s\n", *who != '\0' ? who :
	    "nobody", by(r, a));
}

static void
show_merge(struct cmd *c, const struct rec *r, struct arena *a)
{
	buf_printf(&c->out, "%s merged into %s%s\n",
	    desk_field(r, "ticket", a), desk_field(r, "into", a), by(r, a));
}

/* What the postman says of it: "[sent Thu 2026-01-15 12:00 PST]". */
static void
show_post(struct cmd *c, const struct rec *r, struct arena *a)
{
	struct err ignored = { 0 };
	struct outgoing o;

	if (store_outgoing(c->store, rec_str(r, "id", a), &o, a,
	    &ignored) != 1)
		return;
	if (o.sent != TIME_NONE)
		buf_printf(&c->out, "[sent %s]\n", cmd_time(c, o.sent, a));
	else
		buf_printf(&c->out, "[%s%s%s]\n", strcmp(o.state, "queued") ==
		    0 ? "waits to be sent" : o.state,
		    *o.why != '\0' ? ": " : "", o.why);
}

static void
show_reply(struct cmd *c, const struct rec *r, struct arena *a)
{
	const char *template = desk_field(r, "template", a);
	bool automatic = true;

	rec_bool(r, "auto", &automatic);
	buf_printf(&c->out, "%s%s%s%s: %s\n", automatic ? "automatic reply" :
	    "reply", by(r, a), *template != '\0' ? ", template " : "",
	    template, desk_field(r, "subject", a));
	show_post(c, r, a);
	desk_words(c, r, a);
}

/* "told sam@tai.example by email: Breached: ...", and whether it went. */
static void
show_notice(struct cmd *c, const struct rec *r, struct arena *a)
{
	const char *const *to = rec_strings(r, "to", a);
	const char *subject = desk_field(r, "subject", a);

	buf_printf(&c->out, "told%s%s", *to == NULL ? " " : "", *to == NULL ?
	    desk_field(r, "to", a) : "");
	for (size_t i = 0; to[i] != NULL; i++) {
		buf_adds(&c->out, i == 0 ? " " : ", ");
		desk_safe(&c->out, to[i], strlen(to[i]));
	}
	buf_printf(&c->out, " by %s%s%s\n", desk_field(r, "channel", a),
	    *subject != '\0' ? ": " : "", subject);
	show_post(c, r, a);
	if (*subject == '\0')
		desk_words(c, r, a);
}

static void
show_split(struct cmd *c, const struct rec *r, struct arena *a)
{
	const char *const *ids = rec_strings(r, "messages", a);
	const char *why = desk_field(r, "why", a);
	int n = 0;

	while (ids[n] != NULL)
		n++;
	buf_printf(&c->out, "%d message%s split from %s into %s%s%s%s\n", n,
	    n == 1 ? "" : "s", desk_field(r, "ticket", a), desk_field(r, "into", a),
	    by(r, a), *why != '\0' ? ": " : "", why);
}

/* A record of another type: its name and its plain fields. */
static void
show_other(struct cmd *c, const struct rec *r, struct arena *a)
{
	static const char *const known[] = { "v", "type", "id", "at", "ticket",
		"customer", "by", "subject", "text" };

	buf_printf(&c->out, "%s%s", desk_field(r, "type", a), by(r, a));
	for (size_t i = 0; i < r->fields; i++) {
		const struct field *f = &r->field[i];
		char *name = arena_strndup(a, f->name, f->name_len);
		size_t k = 0;

		while (k < sizeof(known) / sizeof(*known) &&
		    strcmp(known[k], name) != 0)
			k++;
		if (k < sizeof(known) / sizeof(*known) ||
		    f->value.kind == VALUE_OBJECT ||
		    f->value.kind == VALUE_ARRAY)
			continue;
		buf_addc(&c->out, ' ');
		desk_safe(&c->out, name, strlen(name));
		buf_printf(&c->out, "=%s", f->value.kind == VALUE_STRING ?
		    desk_field(r, name, a) : arena_strndup(a, f->value.text,
		    f->value.len));
	}
	if (*desk_field(r, "subject", a) != '\0')
		buf_printf(&c->out, ": %s", desk_field(r, "subject", a));
	buf_addc(&c->out, '\n');
	desk_words(c, r, a);
}


/* "alert firing P1 api: Error rate is over 50 % (prometheus, 3 so far)". */
static void
show_alert(struct cmd *c, const struct rec *r, struct arena *a)
{
	const char *service = desk_field(r, "service", a);
	const char *severity = desk_field(r, "severity", a);
	int64_t count = 0;

	rec_int(r, "count", &count);
	buf_printf(&c->out, "alert %s%s%s%s%s: %s", desk_field(r, "state", a),
	    *severity != '\0' ? " " : "", severity,
	    *service != '\0' ? " " : "", service, desk_field(r, "title", a));
	buf_printf(&c->out, " (%s", desk_field(r, "source", a));
	if (count > 1)
		buf_printf(&c->out, ", %lld so far", (long long)count);
	buf_adds(&c->out, ")\n");
}

/* "answer csat 9: Quick and to the point". */
static void
show_answer(struct cmd *c, const struct rec *r, struct arena *a)
{
	const char *comment = desk_field(r, "comment", a);
	int64_t score;

	buf_printf(&c->out, "%s %s", desk_field(r, "type", a),
	    desk_field(r, "kind", a));
	if (rec_int(r, "score", &score))
		buf_printf(&c->out, " %lld", (long long)score);
	buf_printf(&c->out, "%s%s\n", *comment != '\0' ? ": " : "", comment);
}

void
desk_told(struct cmd *c, const struct rec *r, struct arena *a)
{
	static const struct {
		const char *type;
		void (*show)(struct cmd *, const struct rec *, struct arena *);
	} known[] = {
		{ "reply", show_reply }, { "triage", show_triage },
		{ "status", show_status }, { "split", show_split },
		{ "assign", show_assign }, { "merge", show_merge },
		{ "notice", show_notice }, { "alert", show_alert },
		{ "answer", show_answer },
		{ "survey", show_answer },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (rec_is(r, "type", known[i].type)) {
			known[i].show(c, r, a);
			return;
		}
	}
	show_other(c, r, a);
}
