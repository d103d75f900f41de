/*
 * tai-ingest webhook: what others post to us, as a CGI program. The body is
 * committed before anything reads it; then the sender gets its answer; then
 * posts are read, by one process at a time, in the order in which they came.
 * One that dies leaves its post to whoever comes next.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "alert.h"
#include "domain/hook.h"
#include "slack.h"

#define POSTS	256	/* read between two commits */

struct hook {
	struct cmd *c;
	struct hook_rules rules;
	const struct hook_source *source;	/* of the request */
	struct buf body;
};

static int
load_rules(struct hook *h, struct err *e)
{
	struct yaml *root = NULL;

	if (cmd_rule_yaml(h->c, "webhook.yaml", &root, e) < 0)
		return -1;
	return hook_load(&h->rules, &h->c->arena, root, e);
}

static const char *
environment(void *arg, const char *name)
{
	(void)arg;
	return getenv(name);
}

/* As many bytes as the server said; false when it gives fewer. */
static bool
read_body(struct hook *h, size_t len)
{
	char *to = buf_room(&h->body, len);

	while (h->body.len < len) {
		ssize_t n = read(STDIN_FILENO, to + h->body.len,
		    len - h->body.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		h->body.len += (size_t)n;
	}
	h->body.data[len] = '\0';
	return true;
}

static const char *
scheme(const struct hook_source *s)
{
	if (s == NULL || s->auth == HOOK_BEARER)
		return "Bearer";
	return s->auth == HOOK_BASIC ? "Basic realm=\"tai\"" : "Signature";
}

/* The answer, complete: from here on the sender does not wait for us. */
static void
answer(struct hook *h, int status, const char *text, const char *why)
{
	struct buf out = BUF_INIT;
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (status >= 400)
		cmd_warn(h->c, ERR_NONE, "webhook: %s: %s (%d)",
		    h->source != NULL ? h->source->name : "-", why, status);
	cgi_answer(&out, status, text, text != NULL ? strlen(text) : 0,
	    scheme(h->source));
	fwrite(out.data, 1, out.len, stdout);
	fflush(stdout);
	if (null >= 0) {
		dup2(null, STDOUT_FILENO);
		close(null);
	}
	buf_free(&out);
}

/* What is kept of a post: where it was posted to, and its body. */
static void
make_post(const struct hook *h, struct buf *post)
{
	buf_printf(post, "POST /%s\n\n", h->source->name);
	buf_add(post, h->body.data, h->body.len);
}

static int
keep_post(struct hook *h, uint8_t sha256[HASH_BYTES], struct err *e)
{
	struct store *s = h->c->store;
	struct buf post = BUF_INIT;
	int rc;

	make_post(h, &post);
	hash_bytes(post.data, post.len, sha256);
	if ((rc = store_begin(s, e)) == 0) {
		if (store_blob_put(s, sha256, post.data, post.len, BLOB_POST,
		    e) < 0) {
			store_rollback(s);
			rc = -1;
		} else {
			rc = store_commit(s, e);
		}
	}
	buf_free(&post);
	return rc;
}

static int
mark_done(struct store *s, uint8_t (*sha256)[HASH_BYTES], size_t n,
    struct err *e)
{
	int rc = store_begin(s, e);

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = store_blob_done(s, sha256[i], e);
	if (rc == 0)
		return store_commit(s, e);
	store_rollback(s);
	return -1;
}

/* Slack asks once whether it is us: its challenge is the answer. */
static const char *
challenge(const struct hook *h, const struct value *v)
{
	const char *s, *type = value_text_at(v, "type", &h->c->arena);

	if (h->source->kind != HOOK_OF_SLACK || type == NULL ||
	    strcmp(type, "url_verification") != 0)
		return NULL;
	s = value_text_at(v, "challenge", &h->c->arena);
	if (s == NULL || strlen(s) > 512)
		return "";
	for (const char *p = s; *p != '\0'; p++) {
		if (*p <= ' ' || *p > '~')
			return "";
	}
	return s;
}

/* The request up to its authentication: 0, or the status that refuses it. */
static int
admit(struct hook *h, const char **why, struct err *e)
{
	struct cgi q;
	const char *token, *secret = "";
	int status = cgi_open(&q, environment, NULL, h->rules.max_body,
	    &h->c->arena);

	*why = "the request cannot be taken";
	if (status != 0)
		return status;
	h->source = hook_find(&h->rules, q.path, &token);
	if (h->source == NULL) {
		*why = "unknown source";
		return 404;
	}
	if (!hook_type(h->source, &q)) {
		*why = "the body is no JSON";
		return 415;
	}
	if (!read_body(h, q.length)) {
		*why = "the body is shorter than its length";
		return 400;
	}
	if (h->source->secret_file != NULL &&
	    cmd_secret(h->c, h->source->secret_file, &secret, e) < 0) {
		*why = e->text;
		return 503;
	}
	return hook_verify(&h->rules, h->source, &q, token, secret,
	    h->body.data, h->body.len, h->c->now, why);
}

/* Takes the post in and answers. */
static void
receive(struct hook *h)
{
	uint8_t sha256[1][HASH_BYTES];
	struct err e = { 0 }, bad = { 0 };
	struct value v;
	const char *why, *text = NULL;
	int status = admit(h, &why, &e);

	if (status != 0) {
		answer(h, status, NULL, why);
		return;
	}
	if (cmd_open(h->c, NEED_ORG | NEED_SECRETS | NEED_STORE | MAY_WRITE |
	    MAKE_STORE, &e) < 0 ||
	    keep_post(h, sha256[0], &e) < 0) {
		answer(h, 503, NULL, e.text);
		return;
	}
	if (value_parse(&v, h->body.data, h->body.len, &bad) < 0)
		status = 400;
	else if ((text = challenge(h, &v)) != NULL && *text == '\0')
		status = 400;
	if (status != 0 || text != NULL)	/* nothing to read behind */
		mark_done(h->c->store, sha256, 1, &e);
	if (status != 0)
		answer(h, status, NULL, *bad.text != '\0' ? bad.text :
		    "the challenge is not right");
	else
		answer(h, 200, text != NULL ? text : "ok\n", "");
}

/* Waits until no other process reads posts; close it to let the next. */
static int
take_turn(struct cmd *c, struct err *e)
{
	char *path = arena_printf(&c->arena, "%s-posts", c->db);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0660);

	if (fd < 0)
		return err_set(e, ERR_IO, "cannot open '%s': %s", path,
		    strerror(errno));
	while (flock(fd, LOCK_EX) < 0) {
		if (errno == EINTR)
			continue;
		close(fd);
		return err_set(e, ERR_IO, "cannot lock '%s': %s", path,
		    strerror(errno));
	}
	return fd;
}

/*
 * A person has to confirm that a topic of Amazon's may post here; we never
 * call an address that somebody posted.
 */
static int
subscription(struct hook *h, struct foreign *f, const struct value *v,
    struct err *e)
{
	const char *topic = value_text_at(v, "TopicArn", &f->scratch);
	const char *url = value_text_at(v, "SubscribeURL", &f->scratch);
	const char *to = h->rules.notify != NULL ? h->rules.notify :
	    h->c->org.address;
	struct buf line = BUF_INIT, text = BUF_INIT;
	char id[ID_TEXT];
	struct writer w;
	int rc;

	if (topic == NULL || url == NULL)
		return err_set(e, ERR_INPUT, "a subscription without a topic "
		    "or an address");
	buf_printf(&text, "The topic %.300s asks to be let in. If that is "
	    "yours, open this address%s:\n%.2000s\n", topic,
	    strncmp(url, "https://sns.", 12) == 0 &&
	    strstr(url, ".amazonaws.com/") != NULL ? "" :
	    " (which is NOT one of Amazon SNS)", url);
	record_id(id, "notice", "sns", topic, url, NULL);
	record_begin(&w, &line, "notice", id, h->c->now);
	w_field_str(&w, "channel", "email");
	w_field_str(&w, "to", to);
	w_field_str(&w, "subject", "A webhook waits for your confirmation");
	w_field_str(&w, "text", text.data);
	w_field_str(&w, "key", id);
	w_close(&w, '}');
	rc = foreign_emit(f, &line, e);
	f->tally.inputs++;
	f->tally.records += rc == 1;
	f->tally.duplicates += rc == 0;
	buf_free(&line);
	buf_free(&text);
	return rc < 0 ? -1 : 0;
}

static int
take_body(struct hook *h, struct foreign *f, struct slack_in *slack,
    const struct value *v, struct err *e)
{
	const char *type;

	if (h->source->kind == HOOK_OF_SLACK)
		return slack_take(slack, NULL, v, e);
	type = value_text_at(v, "Type", &f->scratch);
	if (type != NULL && strcmp(type, "SubscriptionConfirmation") == 0)
		return subscription(h, f, v, e);
	return alert_take(f, h->source->mapping, v, e);
}

/* The source and body of what make_post made; false for another's bytes. */
static bool
split_post(struct hook *h, const struct buf *post, const char **body,
    size_t *len)
{
	const char *end = strstr(post->data, "\n\n"), *none, *name;

	if (strncmp(post->data, "POST /", 6) != 0 || end == NULL)
		return false;
	name = arena_strndup(&h->c->arena, post->data + 6,
	    (size_t)(end - post->data) - 6);
	h->source = hook_find(&h->rules, name, &none);
	*body = end + 2;
	*len = post->len - (size_t)(*body - post->data);
	return h->source != NULL;
}

/*
 * One post: 0 and it is done with, whatever was wrong with it is told; 1 it
 * waits until the rules are right; -1.
 */
static int
read_post(struct hook *h, struct foreign *f, struct slack_in *slack,
    const uint8_t sha256[HASH_BYTES], struct err *e)
{
	struct buf post = BUF_INIT;
	struct err bad = { 0 };
	const char *body = NULL;
	struct value v;
	size_t len = 0;
	int rc = 0;

	arena_reset(&f->scratch);
	if (store_blob_get(h->c->store, sha256, &post, e) < 0)
		rc = -1;
	else if (!split_post(h, &post, &body, &len)) {
		err_set(&bad, ERR_INPUT, "no such source any more");
	} else {
		f->name = h->source->name;
		if (value_parse(&v, body, len, &bad) == 0)
			take_body(h, f, slack, &v, &bad);
	}
	if (bad.kind == ERR_CONFIG) {
		cmd_warn(h->c, ERR_CONFIG, "webhook: %s", bad.text);
		rc = 1;
	} else if (bad.kind != ERR_NONE && bad.kind != ERR_INPUT) {
		*e = bad;
		rc = -1;
	} else if (bad.kind == ERR_INPUT) {
		foreign_reject(f, bad.text, body != NULL ? body : "", len);
	}
	buf_free(&post);
	return rc;
}

/* Up to POSTS of what waits; *n tells how many of them are done with. */
static int
read_some(struct hook *h, size_t *n, struct err *e)
{
	uint8_t sha256[POSTS][HASH_BYTES];
	struct slack_in *slack = NULL;
	struct foreign f = { 0 };
	size_t waiting;
	int rc;

	*n = 0;
	if (store_blob_pending(h->c->store, BLOB_POST, sha256, POSTS,
	    &waiting, e) < 0)
		return -1;
	if (waiting == 0)
		return 0;
	if (foreign_open(&f, h->c, h, e) < 0)
		return -1;
	f.name = "webhook";
	rc = slack_open(&slack, &f, e);
	for (size_t i = 0; rc >= 0 && i < waiting; i++) {
		rc = read_post(h, &f, slack, sha256[i], e);
		if (rc == 0)
			memmove(sha256[(*n)++], sha256[i], HASH_BYTES);
	}
	if (rc >= 0)
		rc = foreign_finish(&f, e);
	if (rc == 0)
		rc = mark_done(h->c->store, sha256, *n, e);
	alert_close();
	slack_close(slack);
	foreign_close(&f);
	return rc;
}

/* Everything that waits. */
static int
read_posts(struct hook *h, struct err *e)
{
	size_t n = POSTS;

	while (n == POSTS) {
		if (read_some(h, &n, e) < 0)
			return -1;
	}
	return 0;
}

static int
read_pending(struct hook *h, struct err *e)
{
	int turn = take_turn(h->c, e), rc;

	if (turn < 0)
		return -1;
	rc = cmd_open(h->c, NEED_ORG | NEED_SECRETS | NEED_STORE | MAY_WRITE |
	    MAKE_STORE,
	    e);
	if (rc == 0)
		rc = read_posts(h, e);
	close(turn);
	return rc;
}

/*
 * Servers end a program whose sender has gone, so posts are read by a process
 * of its own. The store is closed: its locks are not for two.
 */
static void
read_behind(struct hook *h)
{
	struct err e = { 0 };
	pid_t pid;

	store_close(h->c->store);
	h->c->store = NULL;
	if ((pid = fork()) > 0)
		return;
	if (pid == 0)
		setsid();
	/* What fails now stays, and the next run makes it up. */
	if (read_pending(h, &e) < 0)
		cmd_warn(h->c, ERR_NONE, "webhook: %s", e.text);
}

int
ingest_webhook(struct cmd *c, struct err *e)
{
	struct hook h = { .c = c };
	struct err bad = { 0 };

	buf_init(&h.body);
	if (c->pending) {
		if (c->db == NULL)
			return err_set(e, ERR_USAGE,
			    "--pending needs a store: -d FILE or TAI_DB");
		return load_rules(&h, e) < 0 ? -1 : read_pending(&h, e);
	}
	if (load_rules(&h, &bad) < 0)
		answer(&h, 503, NULL, bad.text);
	else
		receive(&h);
	if (c->store != NULL)
		read_behind(&h);
	buf_free(&h.body);
	return 0;
}
