/* tai-desk reply: a person's answer, by way of an editor and the outbox. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "base/utf8.h"
#include "desk.h"
#include "notices.h"
#include "replies.h"

#define TEXT_MAX	((size_t)1 << 20)
/* Nothing from this line on is sent. */
#define MARK		"\xef\xbb\xbf"	/* byte order */
#define CUT		"# -- what is below this line is not sent --"

static const char *form;	/* -t */

const struct option reply_options[] = {
	{ "template", required_argument, NULL, 't' },
	{ 0 }
};

int
reply_option(struct cmd *c, int o, const char *value, struct err *e)
{
	(void)c;
	(void)o;
	(void)e;
	form = value;
	return 0;
}

/* The message as one of the ticket that it is on now: splits move them. */
static void
stand_on(struct rec *message, const char *key)
{
	struct value v;

	if (rec_get(message, "ticket", &v) && v.kind == VALUE_STRING &&
	    v.len == KEY_TEXT + 1)
		memcpy((char *)(uintptr_t)v.text + 1, key, KEY_TEXT - 1);
}

/* The customer's last message of the ticket, up to now: 1, 0 or -1. */
static int
last_question(struct cmd *c, const char *key, struct rec *found,
    struct err *e)
{
	static const char *const types[] = { "message", NULL };
	struct rec *r = arena_alloc(&c->arena, sizeof(*r));
	struct cursor *cur;
	int64_t at, last = INT64_MIN, seq;
	int got, any = 0;

	if (store_log(c->store, types, key, 0, &cur, e) < 0)
		return -1;
	while ((got = cursor_record(cur, r, &seq, e)) == 1) {
		if (!rec_is(r, "direction", "in") ||
		    !rec_is(r, "role", "customer") ||
		    !rec_time(r, "at", &at) || at > c->now || at < last)
			continue;
		last = at;
		any = rec_parse(found, arena_strndup(&c->arena, r->line,
		    r->len), r->len, e) < 0 ? -1 : 1;
	}
	cursor_close(cur);
	if (any == 1)
		stand_on(found, key);
	return got < 0 ? -1 : any;
}

/* A slip on the command line is no fault of the rules. */
static int
known_form(struct replies *replies, struct err *e)
{
	const char *const *names;

	if (replies_names(replies, &names, e) < 0)
		return -1;
	while (*names != NULL && strcmp(*names, form) != 0)
		names++;
	return *names != NULL ? 0 : err_set(e, ERR_USAGE, "no template '%s': "
	    "see tai-desk reply -t list", form);
}

/* Without a template: a subject, and an empty page. */
static int
start_answer(struct cmd *c, struct replies *replies, const struct rec *r,
    struct answer *a, struct err *e)
{
	const char *subject;

	if (form != NULL && known_form(replies, e) < 0)
		return -1;
	if (form != NULL)
		return replies_answer(replies, form, r, false, &c->arena, a,
		    e);
	subject = rec_str(r, "subject", &c->arena);
	if (subject == NULL)
		subject = "";
	*a = (struct answer){ reply_subject(subject,
	    rec_str(r, "ticket", &c->arena), &c->arena), "", false };
	return 0;
}

/* What the editor opens: the subject, the text, and the question below. */
static void
write_page(const struct answer *a, const struct rec *r, struct arena *arena,
    struct buf *page)
{
	const char *text = rec_str(r, "text", arena);

	buf_printf(page, "Subject: %s\n\n%s", a->subject, a->text);
	if (*a->text == '\0' || a->text[strlen(a->text) - 1] != '\n')
		buf_addc(page, '\n');
	buf_printf(page, "\n%s\n", CUT);
	for (const char *p = text; p != NULL && *p != '\0';) {
		size_t len = strcspn(p, "\n");

		buf_printf(page, "> %.*s\n", (int)len, p);
		p += len + (p[len] == '\n');
	}
}

/* Interrupts are the editor's while it runs: we have its words to keep. */
static int
run_editor(const char *path, struct err *e)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	const char *editor = getenv("VISUAL");
	struct sigaction was[2];
	int status;
	pid_t pid;

	if (editor == NULL || *editor == '\0')
		editor = getenv("EDITOR");
	if (editor == NULL || *editor == '\0')
		editor = "vi";
	sigaction(SIGINT, &ignore, &was[0]);
	sigaction(SIGQUIT, &ignore, &was[1]);
	if ((pid = fork()) < 0)
		return err_set(e, ERR_IO, "cannot fork: %s", strerror(errno));
	if (pid == 0) {
		sigaction(SIGINT, &was[0], NULL);
		sigaction(SIGQUIT, &was[1], NULL);
		/* An editor may have arguments; its word is the user's own. */
		execl("/bin/sh", "sh", "-c", "exec $0 \"$1\"", editor, path,
		    (char *)NULL);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	sigaction(SIGINT, &was[0], NULL);
	sigaction(SIGQUIT, &was[1], NULL);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return err_set(e, ERR_USAGE, "the editor '%s' failed; nothing "
		    "is sent", editor);
	return 0;
}

/* The editor's file: gone when it was sent, or when nothing is in it. */
static struct {
	char path[4096];	/* "" for none */
	struct buf was;		/* what the editor was given */
} draft;

static int
edit(const struct buf *page, struct buf *out, struct err *e)
{
	const char *dir = getenv("TMPDIR");
	int fd, rc;

	snprintf(draft.path, sizeof(draft.path), "%s/tai-reply.XXXXXX",
	    dir != NULL && *dir != '\0' ? dir : "/tmp");
	if ((fd = mkstemp(draft.path)) < 0) {
		rc = err_set(e, ERR_IO, "cannot make '%s': %s", draft.path,
		    strerror(errno));
		*draft.path = '\0';
		return rc;
	}
	buf_add(&draft.was, page->data, page->len);
	rc = fd_write(fd, draft.path, page->data, page->len, e);
	close(fd);
	if (rc == 0 && (rc = run_editor(draft.path, e)) == 0)
		rc = file_read(draft.path, TEXT_MAX, out, e);
	return rc;
}

/* What was written and not sent stays, and where it is is told. */
static void
end_draft(struct cmd *c, bool sent)
{
	struct buf now = BUF_INIT;
	struct err ignored = { 0 };

	if (*draft.path == '\0')
		return;
	if (sent || (file_read(draft.path, TEXT_MAX, &now, &ignored) == 0 &&
	    (strspn(now.data, " \t\r\n") == now.len ||
	    (now.len == draft.was.len &&
	    memcmp(now.data, draft.was.data, now.len) == 0))))
		unlink(draft.path);
	else
		cmd_warn(c, ERR_NONE, "what was written is kept: tai-desk "
		    "reply %s <%s", c->argv[0], draft.path);
	buf_free(&now);
	buf_free(&draft.was);
}

/* Nobody sends a picture in place of an answer. */
static int
check_page(const struct buf *page, struct err *e)
{
	size_t good = utf8_valid(page->data, page->len);
	const char *nul = memchr(page->data, '\0', page->len);

	if (nul != NULL && (size_t)(nul - page->data) < good)
		good = (size_t)(nul - page->data);
	return good == page->len ? 0 : err_set(e, ERR_INPUT, "the answer is "
	    "no text in UTF-8, at byte %zu; nothing is sent", good);
}

/* A subject line at its head, and nothing below the cut. */
static void
read_page(struct cmd *c, const struct buf *page, struct answer *a)
{
	const char *p = page->data + (strncmp(page->data, MARK,
	    sizeof(MARK) - 1) == 0 ? sizeof(MARK) - 1 : 0);
	const char *cut = strstr(p, CUT);
	size_t len = (size_t)((cut != NULL ? cut : page->data + page->len) -
	    p);

	if (strncasecmp(p, "Subject:", 8) == 0) {
		const char *end = p + strcspn(p, "\n");

		len -= (size_t)(end - p);
		p += 8 + strspn(p + 8, " \t");
		a->subject = desk_text(c, p, (size_t)(end - p));
		p = end;
	}
	while (len > 0 && strchr(" \t\r\n", *p) != NULL) {
		p++;
		len--;
	}
	while (len > 0 && strchr(" \t\r\n", p[len - 1]) != NULL)
		len--;
	a->text = len == 0 ? "" : arena_printf(&c->arena, "%s\n",
	    desk_text(c, p, len));
}

/* A terminal gets the editor; a pipe brings the text, or the template's. */
static int
compose(struct cmd *c, const struct rec *r, struct answer *a, struct err *e)
{
	struct buf page = BUF_INIT, out = BUF_INIT;
	const char *template_text = a->text, *blank;
	int rc;

	if (isatty(STDIN_FILENO)) {
		write_page(a, r, &c->arena, &page);
		rc = edit(&page, &out, e);
	} else {
		rc = fd_read(STDIN_FILENO, "stdin", TEXT_MAX, &out, e);
		if (rc == 0)
			rc = check_page(&out, e);
	}
	if (rc == 0)
		read_page(c, &out, a);
	if (rc == 0 && *a->text == '\0' && !isatty(STDIN_FILENO))
		a->text = template_text;
	buf_free(&page);
	buf_free(&out);
	if (rc == 0 && *a->text == '\0')
		return err_set(e, ERR_USAGE, "the answer is empty; nothing is "
		    "sent");
	if (rc == 0 && (blank = strstr(a->text, "[[")) != NULL) {
		size_t len = strcspn(blank, "]\n");

		len += strspn(blank + len, "]");
		return err_set(e, ERR_USAGE, "'%.*s' is not filled in; "
		    "nothing is sent", (int)len, blank);
	}
	a->asks = reply_asks(a->text);
	return rc;
}

/* Since when somebody else's answer may be unknown to who writes now. */
#define LATELY	600

/* Another's answer to the same words is told: the customer gets both. */
static int
tell_others(struct cmd *c, const char *key, struct err *e)
{
	const char *me = desk_person(c), *part[EVENT_PARTS];
	const struct event *last = NULL;
	const struct person *p, *self;
	struct history h;
	struct team team;

	if (cmd_team(c, &team, e) < 0 ||
	    store_history(c->store, key, &h, &c->arena, e) < 0)
		return -1;
	self = desk_member(&team, me);
	for (size_t i = 0; i < h.n; i++) {
		const struct event *ev = &h.event[i];

		if (ev->at > c->now)
			break;
		if (ev->kind == EVENT_CUSTOMER)
			last = NULL;
		if (ev->kind != EVENT_AGENT || c->now - ev->at > LATELY)
			continue;
		event_parts(ev, part, &c->arena);
		p = desk_member(&team, part[1]);
		if (self != NULL ? p != self : !desk_is_person(part[1], me))
			last = ev;
	}
	if (last == NULL)
		return 0;
	event_parts(last, part, &c->arena);
	cmd_warn(c, ERR_NONE, "%s answered this ticket %lld seconds before: "
	    "the customer gets both", *part[1] != '\0' ? part[1] : "somebody",
	    (long long)(c->now - last->at));
	return 0;
}

static int
answer(struct cmd *c, struct replies *replies, const struct rec *r,
    struct err *e)
{
	struct buf line = BUF_INIT;
	struct answer a;
	int rc = start_answer(c, replies, r, &a, e);

	/* Before the editor, while one may still leave it. */
	if (rc == 0)
		rc = tell_others(c, rec_str(r, "ticket", &c->arena), e);
	if (rc == 0)
		rc = compose(c, r, &a, e);
	if (rc == 0) {
		reply_record(r, form, &a, desk_person(c), &c->org, c->now,
		    &c->arena, &line);
		rc = cmd_emit(c, line.data, line.len, e);
	}
	buf_free(&line);
	if (rc == 0)
		rc = cmd_flush(c, e);
	end_draft(c, rc == 0 && !c->dry);
	return rc;
}

static void
json_form(struct cmd *c, const struct reply_form *f)
{
	struct writer w;

	w_begin(&w, &c->out);
	w_open(&w, '{');
	w_field_str(&w, "template", f->id);
	w_field_str(&w, "category", f->category);
	w_field_str(&w, "about", f->about);
	w_close(&w, '}');
	buf_addc(&c->out, '\n');
}

static int
list_forms(struct cmd *c, struct replies *replies, struct err *e)
{
	static const struct column columns[] = { { "TEMPLATE", false, false },
		{ "CATEGORY", false, false }, { "ABOUT", false, true } };
	struct table *t = table_new(columns, 3);
	const char *const *names;
	int rc = replies_names(replies, &names, e);

	for (; rc == 0 && *names != NULL; names++) {
		const struct reply_form *f;

		if ((rc = replies_get(replies, *names, &f, e)) < 0)
			break;
		if (cmd_form(c) == FORM_JSON) {
			json_form(c, f);
			continue;
		}
		table_cell(t, f->id);
		table_cell(t, f->category != NULL ? f->category : "");
		table_cell(t, f->about);
	}
	if (rc == 0 && cmd_form(c) != FORM_JSON)
		cmd_table(c, t);
	table_free(t);
	return rc;
}

int
desk_reply(struct cmd *c, struct err *e)
{
	struct rec *r = arena_alloc(&c->arena, sizeof(*r));
	struct replies *replies = replies_new(c, "reply");
	char key[KEY_TEXT];
	int rc = -1, got;

	if (c->argc == 0 && form != NULL && strcmp(form, "list") == 0)
		rc = list_forms(c, replies, e);
	else if (c->argc != 1)
		err_set(e, ERR_USAGE, "reply takes one ticket");
	else if (desk_ticket(c, c->argv[0], key, e) == 0 &&
	    (got = last_question(c, key, r, e)) >= 0)
		rc = got == 1 ? answer(c, replies, r, e) : err_set(e,
		    ERR_USAGE, "no customer wrote on '%s'", c->argv[0]);
	replies_free(replies);
	return rc;
}
