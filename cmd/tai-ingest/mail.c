/* tai-ingest mail: one message on stdin, from an MTA or a mail fetcher. */
#include <unistd.h>

#include "ingest.h"

/* The "From " line that some delivery agents put before the headers. */
static size_t
envelope_line(const struct buf *mail)
{
	size_t n = 0;

	if (mail->len < 5 || memcmp(mail->data, "From ", 5) != 0)
		return 0;
	while (n < mail->len && mail->data[n] != '\n')
		n++;
	return n < mail->len ? n + 1 : n;
}

int
ingest_mail(struct cmd *c, struct err *e)
{
	struct buf mail = BUF_INIT;
	struct intake *in = NULL;
	size_t skip;
	int rc = -1;

	if (c->argc > 0)
		return err_set(e, ERR_USAGE, "'%s' is no verb, and mail takes "
		    "no operand: the message comes on stdin", c->argv[0]);
	if (fd_read(STDIN_FILENO, "stdin", MAIL_MAX, &mail, e) < 0)
		goto done;
	skip = envelope_line(&mail);
	if (intake_open(&in, c, 1, e) == 0 &&
	    intake_add(in, mail.data + skip, mail.len - skip, "stdin", 0,
	    c->now, e) == 0)
		rc = intake_finish(in, e);
done:
	if (in != NULL)
		intake_close(in);
	buf_free(&mail);
	return rc;
}
