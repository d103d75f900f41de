/* What goes out, as the bytes and the program that take it there. */
#include <stdlib.h>
#include <string.h>

#include "base/spawn.h"
#include "base/time.h"
#include "base/utf8.h"
#include "format/maildate.h"
#include "format/letter.h"
#include "send.h"

/* The strings of a field that is one string or a list of strings or of
 * objects with an address; NULL ends. */
static const char *const *
strings(const struct rec *r, const char *name, struct arena *a)
{
	struct value list, v;
	const char **out;
	size_t n = 0, pos = 0;

	if (!rec_get(r, name, &list))
		list.kind = VALUE_NULL;
	while (value_next(&list, &pos, &v))
		n++;
	out = arena_alloc(a, (n + 2) * sizeof(*out));
	n = 0;
	if (list.kind == VALUE_STRING)
		out[n++] = value_str(&list, a, NULL);
	for (pos = 0; value_next(&list, &pos, &v);) {
		struct rec *object = arena_alloc(a, sizeof(*object));
		const char *s;

		value_object(&v, object);
		s = v.kind == VALUE_OBJECT ? rec_str(object, "address", a) :
		    value_str(&v, a, NULL);
		if (s != NULL)
			out[n++] = s;
	}
	out[n] = NULL;
	return out;
}

static bool
is_auto(const struct rec *r)
{
	bool automatic = true;

	rec_bool(r, "auto", &automatic);
	return automatic;
}

/*
 * What a reply answers: an automatic reply to an automatic mail is held (RFC
 * 3834, 2), and so is one to a mail without a sender.
 */
static int
look_at_question(struct cmd *c, const struct rec *r, struct parcel *p,
    struct arena *a, struct err *e)
{
	const char *id = rec_str(r, "message", a);
	struct rec *message;
	struct buf b = BUF_INIT;
	struct value v;
	int got;

	if (id == NULL || !is_auto(r))
		return 0;
	if ((got = store_record(c->store, id, &b, e)) == 1) {
		message = arena_alloc(a, sizeof(*message));
		got = rec_parse(message, b.data, b.len, e);
		if (got == 0 && rec_get(message, "auto", &v) &&
		    !rec_is(message, "auto", "none"))
			p->hold = "what it answers was sent by a program";
		if (got == 0)
			rec_time(message, "at", &p->about);
	}
	buf_free(&b);
	return got < 0 ? -1 : 0;
}

static int
pack_mail(struct cmd *c, const struct postage *post, const struct rec *r,
    struct arena *a, struct parcel *p, struct err *e)
{
	struct letter l = {
		.name = c->org.name, .from = c->org.address,
		.to = strings(r, "to", a),
		.subject = rec_str(r, "subject", a),
		.text = rec_str(r, "text", a), .date = c->now,
		.message_id = rec_str(r, "message_id", a),
		.in_reply_to = rec_str(r, "in_reply_to", a),
		.references = strings(r, "references", a),
		.auto_submitted = !is_auto(r) ? NULL :
		    rec_is(r, "type", "reply") ? "auto-replied" :
		    "auto-generated",
	};
	const char *ticket = rec_str(r, "ticket", a);
	struct err bad = { 0 };
	const char **argv;
	size_t n = 0, to = 0;

	/* Whoever answers there proves to have had this mail. */
	if (ticket != NULL)
		l.reply_to = token_address(&c->org.keys, ticket,
		    c->org.address, a);

	p->mail = true;
	p->seconds = post->mail_seconds;
	if (l.to[0] == NULL)
		p->hold = "it is for nobody";
	else if (l.message_id == NULL)
		p->hold = "it has no message_id";
	else if (look_at_question(c, r, p, a, e) < 0)
		return -1;
	if (p->hold != NULL)
		return 0;
	if (l.subject == NULL)
		l.subject = "";
	if (letter_write(&l, &p->body, &bad) < 0) {
		p->hold = arena_strdup(a, bad.text);
		return 0;
	}
	while (post->program[n] != NULL)
		n++;
	while (l.to[to] != NULL)
		to++;
	argv = arena_alloc(a, (n + to + 4) * sizeof(*argv));
	memcpy(argv, post->program, n * sizeof(*argv));
	argv[n++] = "-f";
	argv[n++] = c->org.address;
	argv[n++] = "--";
	memcpy(argv + n, l.to, (to + 1) * sizeof(*argv));
	p->argv = argv;
	return 0;
}

/* curl reads where to go from a descriptor: its arguments are public. */
static const char *const curl[] = { "curl", "--silent", "--show-error",
	"--config", "/dev/fd/3", "--header", "Content-Type: application/json",
	"--data-binary", "@-", "--max-redirs", "0", "--proto", "=https,http",
	"--output", "/dev/null", "--write-out",
	"%{http_code} %header{retry-after}\n", NULL };

static const char *
curl_config(const char *url, int seconds, struct arena *a)
{
	struct buf b = BUF_INIT;
	const char *s;

	buf_printf(&b, "max-time = %d\nurl = \"", seconds);
	for (; *url != '\0'; url++) {
		if (*url == '"' || *url == '\\')
			buf_addc(&b, '\\');
		if (*url > ' ' && *url < 0x7f)
			buf_addc(&b, *url);
	}
	buf_adds(&b, "\"\n");
	s = arena_strndup(a, b.data, b.len);
	buf_free(&b);
	return s;
}

/* Slack's control characters: a customer's words mention nobody. */
static char *
slack_text(const char *text, struct arena *a)
{
	struct buf b = BUF_INIT;
	char *s;

	for (; *text != '\0'; text++) {
		if (*text == '&')
			buf_adds(&b, "&amp;");
		else if (*text == '<')
			buf_adds(&b, "&lt;");
		else if (*text == '>')
			buf_adds(&b, "&gt;");
		else
			buf_addc(&b, *text);
	}
	s = arena_strndup(a, b.data, b.len);
	buf_free(&b);
	return s;
}

static int
pack_slack(struct cmd *c, const struct postage *post, const struct rec *r,
    struct arena *a, struct parcel *p, struct err *e)
{
	const char *const *to = strings(r, "to", a);
	const char *file = to[0] != NULL ? postage_webhook(post, to[0]) : NULL;
	const char *url;
	struct writer w;

	if (file == NULL) {
		p->hold = arena_printf(a, "no webhook of %s in send.yaml",
		    to[0] != NULL ? to[0] : "nobody");
		p->unset = true;
		return 0;
	}
	if (cmd_secret(c, file, &url, e) < 0)
		return -1;
	w_begin(&w, &p->body);
	w_open(&w, '{');
	/* mrkdwn was escaped where the customer's words went in. */
	w_field_str(&w, "text", rec_is(r, "format", "mrkdwn") ?
	    rec_str(r, "text", a) : slack_text(rec_str(r, "text", a), a));
	w_close(&w, '}');
	p->argv = curl;
	p->seconds = post->slack_seconds + 5;
	p->secret = curl_config(url, post->slack_seconds, a);
	return 0;
}

static const char *
pager_severity(const struct rec *r, struct arena *a)
{
	static const char *const names[] = { "info", "warning", "error",
		"critical" };
	int s = severity_parse(rec_str(r, "severity", a));

	return s < 0 ? "error" : names[s];
}

/* An event of the Events API v2; dedup_key makes a second one no page. */
static int
pack_pager(struct cmd *c, const struct postage *post, const struct rec *r,
    struct arena *a, struct parcel *p, struct err *e)
{
	const char *key, *action = rec_str(r, "action", a);
	const char *dedup = rec_str(r, "key", a);
	struct buf line = BUF_INIT;
	struct writer w;

	if (!postage_pages(post)) {
		p->hold = "no key_file of pagerduty in send.yaml";
		p->unset = true;
		return 0;
	}
	if (cmd_secret(c, post->pager_key_file, &key, e) < 0)
		return -1;
	utf8_clean_line(&line, rec_str(r, "text", a),
	    strlen(rec_str(r, "text", a)));
	buf_truncate(&line, line.len < 1024 ? line.len : 1024);
	buf_truncate(&line, utf8_valid(line.data, line.len));
	w_begin(&w, &p->body);
	w_open(&w, '{');
	w_field_str(&w, "routing_key", key);
	w_field_str(&w, "event_action", action != NULL ? action : "trigger");
	w_field_str(&w, "dedup_key", dedup != NULL ? dedup :
	    rec_str(r, "id", a));
	w_key(&w, "payload");
	w_open(&w, '{');
	w_field_str(&w, "summary", line.data);
	w_field_str(&w, "source", c->org.name);
	w_field_str(&w, "severity", pager_severity(r, a));
	w_close(&w, '}');
	w_close(&w, '}');
	buf_free(&line);
	p->argv = curl;
	p->seconds = post->pager_seconds + 5;
	p->secret = curl_config(post->pager_url, post->pager_seconds, a);
	return 0;
}

int
parcel_pack(struct cmd *c, const struct postage *post, struct rec *r,
    struct arena *a, struct parcel *p, struct err *e)
{
	memset(p, 0, sizeof(*p));
	buf_init(&p->body);
	p->about = TIME_NONE;
	/* What a person of ours wrote goes out as it was written. */
	if ((!rec_is(r, "type", "reply") || is_auto(r)) &&
	    cmd_redact_record(c, r, a, e) < 0)
		return -1;
	if (rec_str(r, "text", a) == NULL) {
		p->hold = "it has no text";
		return 0;
	}
	if (rec_is(r, "type", "reply") || rec_is(r, "channel", "email"))
		return pack_mail(c, post, r, a, p, e);
	if (rec_is(r, "channel", "slack"))
		return pack_slack(c, post, r, a, p, e);
	if (rec_is(r, "channel", "pagerduty"))
		return pack_pager(c, post, r, a, p, e);
	p->hold = "its channel is not email, slack or pagerduty";
	return 0;
}

/* The last line of what a program said. */
static const char *
last_words(const struct buf *out, const char *otherwise, struct arena *a)
{
	struct buf line = BUF_INIT;
	size_t end = out->len, start;
	const char *s;

	while (end > 0 && strchr("\r\n \t", out->data[end - 1]))
		end--;
	for (start = end; start > 0 && out->data[start - 1] != '\n';)
		start--;
	utf8_clean_line(&line, out->data + start, end - start);
	s = line.len == 0 ? otherwise : arena_strndup(a, line.data,
	    line.len < 300 ? line.len : 300);
	buf_free(&line);
	return s;
}

/* Of sysexits.h, those that trying again does not mend. */
static bool
is_final(int status)
{
	return status == 64 || status == 65 || status == 67 || status == 68 ||
	    status == 77;
}

static void
mail_outcome(int status, const struct buf *out, struct arena *a,
    struct outcome *o)
{
	o->kind = status == 0 ? SENT : is_final(status) ? FAILED : LATER;
	if (status != 0)
		o->why = last_words(out, status == SPAWN_KILLED ?
		    "the mail program was killed or took too long" :
		    arena_printf(a, "the mail program ended with %d", status),
		    a);
}

/* Retry-After: seconds, or a date (RFC 9110, 10.2.3). */
static int64_t
wait_of(const char *s, int64_t now)
{
	size_t len = strlen(s);
	int64_t until;
	int32_t zone;

	if (*s != '\0' && strspn(s, "0123456789") == len)
		return len < 10 ? strtoll(s, NULL, 10) : INT32_MAX;
	return mail_date(s, len, &zone, &until) && until > now ?
	    until - now : 0;
}

static void
http_outcome(int status, struct buf *out, int64_t now, struct arena *a,
    struct outcome *o)
{
	const char *words = last_words(out, "", a);
	int code = status == 0 ? atoi(words) : 0;
	const char *after = strchr(words, ' ');

	o->kind = code >= 200 && code < 300 ? SENT :
	    code == 0 || code == 408 || code == 429 || code >= 500 ? LATER :
	    FAILED;
	if (o->kind == LATER && code != 0 && after != NULL)
		o->wait = wait_of(after + 1, now);
	/* No answer is told as 000, behind what curl says of it. */
	if (code == 0 && strncmp(words, "000", 3) == 0) {
		buf_truncate(out, (size_t)((char *)memrchr(out->data, '0',
		    out->len) - out->data) - 2);
		words = last_words(out, "", a);
	}
	if (o->kind != SENT)
		o->why = code != 0 ? arena_printf(a, "HTTP status %d", code) :
		    *words != '\0' ? words : "no answer";
}

int
parcel_post(const struct parcel *p, int64_t now, struct arena *a,
    struct outcome *o, struct err *e)
{
	struct spawn s = { p->argv, p->body.data, p->body.len, p->secret,
		p->seconds };
	struct buf out = BUF_INIT;
	int status, rc = spawn(&s, &status, &out, e);

	*o = (struct outcome){ LATER, NULL, 0 };
	if (rc == 0 && p->mail)
		mail_outcome(status, &out, a, o);
	else if (rc == 0)
		http_outcome(status, &out, now, a, o);
	buf_free(&out);
	return rc;
}
