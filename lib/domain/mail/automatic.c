#include <fnmatch.h>
#include <string.h>
#include <strings.h>

#include "domain/mail/automatic.h"

#define TEXT_LOOK	((size_t)4096)	/* an absence is told at once */
#define SUBJECT_LOOK	((size_t)1000)

/* The rules. */

/* One pattern of all the entries, between what comes before and behind. */
static int
word_pattern(const struct yaml *root, const char *key, const char *before,
    const char *behind, struct arena *a, struct pattern **out, struct err *e)
{
	const struct yaml *list = yaml_get(root, key);
	const char *const *words;
	struct buf b = BUF_INIT;
	struct err bad = { 0 };
	int rc = 0;

	if (yaml_texts(root, key, a, &words, e) < 0)
		return -1;
	if (*words == NULL)
		return 0;
	buf_printf(&b, "%s(?:", before);
	for (size_t i = 0; words[i] != NULL; i++)
		buf_printf(&b, "%s%s", i > 0 ? "|" : "", words[i]);
	buf_printf(&b, ")%s", behind);
	if (pattern_new(out, b.data, &bad) < 0)
		rc = yaml_err(list, e, "%s: %s", key, bad.text);
	buf_free(&b);
	return rc;
}

/* "[External] ", "(", and then the words, which end with the word. */
#define SUBJECT_START	"^[\\s\\[(*\"']*(?:(?:external|ext|extern|externe)" \
	    "[\\]):* -]+[\\s\\[(]*)?"
#define WORD_END	"(?![\\p{Latin}\\p{Cyrillic}\\p{Greek}\\d])"

static int
load_words(struct automatic *m, struct arena *a, const struct yaml *root,
    struct err *e)
{
	static const char *const none[] = { NULL };

	m->daemons = m->postmasters = m->programs = m->lists = none;
	m->headers = m->no_headers = none;
	if (root == NULL)
		return 0;
	if (yaml_texts(root, "daemons", a, &m->daemons, e) < 0 ||
	    yaml_texts(root, "postmasters", a, &m->postmasters, e) < 0 ||
	    yaml_texts(root, "programs", a, &m->programs, e) < 0 ||
	    yaml_texts(root, "lists", a, &m->lists, e) < 0 ||
	    yaml_texts(root, "headers", a, &m->headers, e) < 0 ||
	    yaml_texts(root, "no_headers", a, &m->no_headers, e) < 0 ||
	    word_pattern(root, "absence", SUBJECT_START, WORD_END, a,
	    &m->absence, e) < 0 ||
	    word_pattern(root, "away", "", "", a, &m->away, e) < 0 ||
	    word_pattern(root, "bounces", SUBJECT_START, WORD_END, a,
	    &m->bounced, e) < 0 ||
	    word_pattern(root, "receipts", SUBJECT_START, "", a, &m->receipt,
	    e) < 0 ||
	    word_pattern(root, "challenges", SUBJECT_START, "", a,
	    &m->challenge, e) < 0)
		return -1;
	return 0;
}

int
automatic_load(struct automatic *m, struct arena *a, const struct yaml *root,
    struct err *e)
{
	static const char *const keys[] = { "daemons", "postmasters",
		"programs", "lists", "absence", "away", "bounces", "receipts",
		"challenges", "headers", "no_headers", "hops", "delivered",
		"limit", NULL };
	static const char *const limits[] = { "minutes", "messages", "same",
		NULL };
	const struct yaml *limit = yaml_get(root, "limit");
	int64_t minutes = 180;

	memset(m, 0, sizeof(*m));
	m->hops = 50;
	m->delivered = 3;
	m->messages = 10;
	m->same = 2;
	if (root != NULL && (yaml_only(root, keys, e) < 0 ||
	    yaml_int(root, "hops", 1, 1000, &m->hops, e) < 0 ||
	    yaml_int(root, "delivered", 2, 100, &m->delivered, e) < 0))
		return -1;
	if (limit != NULL && (yaml_only(limit, limits, e) < 0 ||
	    yaml_int(limit, "minutes", 0, 10080, &minutes, e) < 0 ||
	    yaml_int(limit, "messages", 1, 30, &m->messages, e) < 0 ||
	    yaml_int(limit, "same", 1, 30, &m->same, e) < 0))
		return -1;
	m->window = minutes * 60;
	return load_words(m, a, root, e);
}

void
automatic_free(struct automatic *m)
{
	struct pattern **p[] = { &m->absence, &m->away, &m->bounced,
		&m->receipt, &m->challenge };

	for (size_t i = 0; i < sizeof(p) / sizeof(*p); i++) {
		if (*p[i] != NULL)
			pattern_free(*p[i]);
		*p[i] = NULL;
	}
}

/* What there is to go by. */
struct facts {
	const struct automatic *rules;
	const struct org *org;
	const struct rec *mail;
	struct arena *arena;
	struct rec *signs, *report;
	const char *from, *subject, *path;	/* path: NULL without */
	const char *submitted, *precedence, *suppress;
	const char *kind, *action;	/* of a report; "" without */
	bool answers;		/* In-Reply-To or References */
	bool list, post;
	bool asks;
};

static bool
flag(const struct rec *r, const char *name)
{
	bool b = false;

	return rec_bool(r, name, &b) && b;
}

static const char *
text(const struct rec *r, const char *name, struct arena *a)
{
	const char *s = rec_str(r, name, a);

	return s != NULL ? s : "";
}

static struct rec *
object(const struct rec *r, const char *name, struct arena *a)
{
	struct rec *out = arena_alloc(a, sizeof(*out));
	struct value v;

	out->fields = 0;
	if (rec_get(r, name, &v) && v.kind == VALUE_OBJECT)
		value_object(&v, out);
	return out;
}

/* Whether the local part is one of those; "+detail" does not matter. */
static bool
local_part(const char *address, const char *const *list)
{
	size_t n = strcspn(address, "@");
	char local[65];

	if (n == 0 || n >= sizeof(local))
		return false;
	memcpy(local, address, n);
	local[n] = '\0';
	local[strcspn(local, "+")] = '\0';
	for (; *list != NULL; list++) {
		if (fnmatch(*list, local, FNM_CASEFOLD) == 0)
			return true;
	}
	return false;
}

static void
gather(struct facts *f)
{
	struct arena *a = f->arena;
	struct value v;

	f->signs = object(f->mail, "signs", a);
	f->report = object(f->mail, "report", a);
	f->from = text(object(f->mail, "from", a), "address", a);
	f->subject = text(f->mail, "subject", a);
	f->path = rec_str(f->mail, "return_path", a);
	f->submitted = text(f->signs, "submitted", a);
	f->precedence = text(f->signs, "precedence", a);
	f->suppress = text(f->signs, "suppress", a);
	f->kind = text(f->report, "kind", a);
	f->action = text(f->report, "action", a);
	f->answers = rec_get(f->mail, "in_reply_to", &v) ||
	    rec_get(f->mail, "references", &v);
	f->post = flag(f->signs, "post");
	f->list = f->post || flag(f->signs, "list") ||
	    strcmp(f->precedence, "list") == 0 || (f->path != NULL &&
	    local_part(f->path, f->rules->lists)) ||
	    local_part(text(object(f->mail, "sender", a), "address", a),
	    f->rules->lists);
	f->asks = flag(f->mail, "asks");
}

static bool
has(struct pattern *p, const char *s, size_t most, struct span *at)
{
	struct err e = { 0 };
	size_t len = strnlen(s, most);

	/* Cut at a character, not within one. */
	while (len > 0 && s[len] != '\0' &&
	    ((unsigned char)s[len] & 0xc0) == 0x80)
		len--;
	return p != NULL && pattern_match(p, s, len, 0, at, &e) == 1;
}

static bool
subject_is(const struct facts *f, struct pattern *p)
{
	struct span at;

	return has(p, f->subject, SUBJECT_LOOK, &at);
}

bool
automatic_sender(const struct automatic *m, const char *address)
{
	return local_part(address, m->programs) ||
	    local_part(address, m->daemons);
}

static bool
daemon(const struct facts *f)
{
	return local_part(f->from, f->rules->daemons);
}

/* The null path (RFC 5321, 4.5.5), or a server's own address in its place. */
static bool
null_path(const struct facts *f)
{
	return f->path != NULL && (*f->path == '\0' ||
	    local_part(f->path, f->rules->daemons));
}

/* What a program says of itself in the header, the subject left out. */
static bool
declared(const struct facts *f)
{
	return *f->submitted != '\0' || null_path(f) ||
	    flag(f->signs, "machine") || strcmp(f->precedence, "bulk") == 0 ||
	    strcmp(f->precedence, "junk") == 0 ||
	    strncmp(f->precedence, "auto", 4) == 0;
}

/*
 * A report counts as one when a program sent it: people forward reports, and
 * paste what servers told them.
 */
static bool
sent_by_program(const struct facts *f)
{
	struct value v;

	return rec_get(f->signs, "report", &v) ||
	    rec_get(f->signs, "failed", &v) || declared(f) || daemon(f) ||
	    local_part(f->from, f->rules->postmasters) ||
	    local_part(f->from, f->rules->programs);
}

static bool
is_bounce(const struct facts *f)
{
	struct value v;

	if (strcmp(f->kind, "dsn") == 0 && sent_by_program(f)) {
		/* "I have left; your mail was not delivered to anybody." */
		if (flag(f->report, "told") && !null_path(f) && !daemon(f) &&
		    subject_is(f, f->rules->absence))
			return false;
		return strcmp(f->action, "delivered") != 0 &&
		    strcmp(f->action, "relayed") != 0 &&
		    strcmp(f->action, "expanded") != 0;
	}
	if (*f->kind != '\0' && sent_by_program(f))
		return false;
	if (daemon(f) || rec_get(f->signs, "failed", &v))
		return true;
	if (local_part(f->from, f->rules->postmasters))
		return declared(f) || subject_is(f, f->rules->bounced) ||
		    f->path == NULL;
	return null_path(f) && subject_is(f, f->rules->bounced);
}

/* X-Loop: ours, or, where no list has put its own, anybody's. */
static bool
is_marked(const struct facts *f, bool ours)
{
	struct value list, v;
	size_t pos = 0;

	if (!rec_get(f->signs, "loop", &list))
		return false;
	while (value_next(&list, &pos, &v)) {
		if ((!ours && !f->list) || org_role(f->org, value_str(&v,
		    f->arena, NULL)) == ROLE_SYSTEM)
			return true;
	}
	return false;
}

/* Too many servers, or the same mailbox too often. */
static bool
is_loop(const struct facts *f)
{
	struct value list, v, again;
	int64_t hops = 0;
	size_t pos = 0;

	if (is_marked(f, false) || (rec_int(f->signs, "hops", &hops) &&
	    hops > f->rules->hops))
		return true;
	if (!rec_get(f->signs, "delivered", &list))
		return false;
	while (value_next(&list, &pos, &v)) {
		int64_t n = 1;

		for (size_t i = pos; value_next(&list, &i, &again);)
			n += again.len == v.len &&
			    memcmp(again.text, v.text, v.len) == 0;
		if (n >= f->rules->delivered)
			return true;
	}
	return false;
}

/* The first bytes of the text say that somebody is away. */
static bool
says_away(const struct facts *f)
{
	struct span at;

	return has(f->rules->away, text(f->mail, "text", f->arena), TEXT_LOOK,
	    &at);
}

static bool
suppresses(const struct facts *f)
{
	return strstr(f->suppress, "all") != NULL ||
	    strstr(f->suppress, "oof") != NULL ||
	    strstr(f->suppress, "autoreply") != NULL;
}

/*
 * "Automatic reply: Invoice" is one, unless it is new and asks something;
 * "Automatic reply does not work" needs another sign.
 */
static bool
is_absence(const struct facts *f)
{
	struct span at;
	const char *end;
	bool whole;

	if (!has(f->rules->absence, f->subject, SUBJECT_LOOK, &at))
		return suppresses(f) && says_away(f);
	end = f->subject + at.end;
	end += strspn(end, " ");
	whole = strspn(end, ":])") > 0 || strspn(end, ".! ") == strlen(end) ||
	    strncmp(end, "\xef\xbc\x9a", 3) == 0;
	if (suppresses(f) || says_away(f))
		return true;
	return whole && (f->answers || !f->asks);
}

/* A form on a web site writes so in the name of a person. */
static bool
for_somebody(const struct facts *f)
{
	const char *to = text(object(f->mail, "reply_to", f->arena),
	    "address", f->arena);

	return *to != '\0' && strcasecmp(to, f->from) != 0 &&
	    !automatic_sender(f->rules, to) &&
	    org_role(f->org, to) == ROLE_CUSTOMER;
}

/* A domain's reports of what others did with its mail. */
static bool
is_domain_report(const struct facts *f)
{
	struct value v;

	if (strcmp(f->kind, "dmarc") != 0 && strcmp(f->kind, "tlsrpt") != 0)
		return false;
	return strncasecmp(f->subject, "report domain", 13) == 0 ||
	    rec_get(f->signs, "report", &v) || sent_by_program(f);
}

static bool
is_report(const struct facts *f)
{
	if (strcmp(f->kind, "calendar") == 0)
		return true;
	if (strcmp(f->kind, "mdn") == 0)
		return flag(f->report, "told") ?
		    subject_is(f, f->rules->receipt) : sent_by_program(f);
	if (strcmp(f->kind, "dsn") == 0 || strcmp(f->kind, "arf") == 0)
		return sent_by_program(f);
	return is_domain_report(f);
}

/*
 * A newsletter: to be left with one click, or sent in bulk and to be left.
 * What can be written to is a list that people talk on, and what answers a
 * mail was written by one of them.
 */
static bool
is_bulk(const struct facts *f)
{
	bool bulk = strcmp(f->precedence, "bulk") == 0 ||
	    strcmp(f->precedence, "junk") == 0;

	if (flag(f->signs, "announce"))
		return true;
	if (f->post || f->answers)
		return false;
	return flag(f->signs, "one_click") ||
	    (flag(f->signs, "unsubscribe") && (bulk ||
	    flag(f->signs, "campaign")));
}

/* A program that wants no answers and does not say what it is. */
static bool
is_notice(const struct facts *f)
{
	bool all = strstr(f->suppress, "all") != NULL ||
	    (strstr(f->suppress, "oof") != NULL &&
	    strstr(f->suppress, "autoreply") != NULL);

	if (local_part(f->from, f->rules->programs))
		return !for_somebody(f);
	if (f->list)
		return false;
	if (strcmp(f->precedence, "bulk") == 0 ||
	    strcmp(f->precedence, "junk") == 0)
		return true;
	return all && !f->answers && !flag(f->signs, "client");
}

const char *
automatic_kind(const struct automatic *rules, const struct org *org,
    const struct rec *mail, struct arena *a)
{
	struct facts f = { .rules = rules, .org = org, .mail = mail,
	    .arena = a };

	gather(&f);
	if (is_marked(&f, true))
		return "loop";
	if (is_bounce(&f))
		return "bounce";
	if (is_loop(&f))
		return "loop";
	if (*f.submitted != '\0' || flag(f.signs, "machine") ||
	    flag(f.signs, "challenge") || null_path(&f) ||
	    strncmp(f.precedence, "auto", 4) == 0 || is_report(&f) ||
	    is_absence(&f) || subject_is(&f, rules->challenge))
		return "reply";
	if (is_bulk(&f))
		return "bulk";
	if (is_notice(&f))
		return "reply";
	return f.list ? "list" : "none";
}

/* Of many fields a mail: fnmatch would cost more than all else. */
static bool
header_listed(const char *const *list, const char *name)
{
	for (; *list != NULL; list++) {
		size_t n = strlen(*list);

		if ((**list | 0x20) != (*name | 0x20))
			continue;
		if (n > 0 && (*list)[n - 1] == '*' ?
		    strncasecmp(*list, name, n - 1) == 0 :
		    strcasecmp(*list, name) == 0)
			return true;
	}
	return false;
}

void
automatic_headers(const struct automatic *m, const struct rec *mail,
    struct arena *a, struct writer *w)
{
	struct value all, name, v;
	size_t pos = 0, n = 0;

	if (!rec_get(mail, "headers", &all) || all.kind != VALUE_OBJECT)
		return;
	while (n < HEADERS_MAX && value_field(&all, &pos, &name, &v)) {
		const char *key = value_str(&name, a, NULL);

		if (!header_listed(m->headers, key) ||
		    header_listed(m->no_headers, key))
			continue;
		if (n++ == 0) {
			w_key(w, "headers");
			w_open(w, '{');
		}
		w_key(w, key);
		w_raw(w, v.text, v.len);
	}
	if (n > 0)
		w_close(w, '}');
}
