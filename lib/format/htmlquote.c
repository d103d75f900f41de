#include <string.h>
#include <strings.h>

#include "format/htmlquote.h"

/* A class or an id, whole or, with a '*' at its end, what it starts with. */
static const struct sign {
	const char *name;
	enum html_quote means;
} signs[] = {
	/* Gmail, Thunderbird, Apple and those who do as they do */
	{ "gmail_attr", HTML_QUOTED }, { "gmail_quote*", HTML_BEFORE },
	{ "moz-cite-prefix", HTML_QUOTED }, { "airmail_on", HTML_QUOTED },
	{ "reply-intro", HTML_QUOTED }, { "yahoo_quoted*", HTML_QUOTED },
	{ "yqt*", HTML_QUOTED }, { "aol_quote*", HTML_QUOTED },
	{ "protonmail_quote", HTML_BEFORE }, { "zmail_extra", HTML_BEFORE },
	{ "messageReplySection", HTML_BEFORE }, { "quote", HTML_QUOTED },
	{ "tutanota_quote", HTML_BEFORE }, { "edo-original", HTML_QUOTED },
	{ "cm_quote", HTML_QUOTED }, { "missive_quote", HTML_QUOTED },
	{ "sh-quoted-content", HTML_QUOTED }, { "isReplyContent", HTML_QUOTED },
	{ "freshdesk_quote", HTML_BEFORE }, { "hs_reply", HTML_QUOTED },
	{ "front-blockquote", HTML_BEFORE }, { "quoted-text", HTML_QUOTED },
	{ "gorgias-quote*", HTML_QUOTED }, { "tox-quote", HTML_QUOTED },
	{ "history_container", HTML_QUOTED }, { "replyContainer", HTML_QUOTED },
	{ "mail-quote-collapse", HTML_QUOTED },
	{ "__HEADERS__", HTML_QUOTED }, { "__QUOTED_TEXT__", HTML_QUOTED },
	{ "mail-editor-reference-message-container", HTML_QUOTED },
	{ "ms-outlook-mobile-reference-message*", HTML_QUOTED },
	{ "OLK_SRC_BODY_SECTION", HTML_QUOTED },
	/* Outlook and those who write a header over the rest */
	{ "divRplyFwdMsg", HTML_REST }, { "appendonsend", HTML_REST },
	{ "OutlookMessageHeader", HTML_REST }, { "zwchr", HTML_REST },
	{ "replySplit", HTML_REST }, { "__DIVIDER__", HTML_REST },
	/* Signatures */
	{ "gmail_signature*", HTML_QUOTED }, { "moz-signature", HTML_QUOTED },
	{ "signature", HTML_QUOTED }, { "mail-signature", HTML_QUOTED },
	{ "email-signature", HTML_QUOTED }, { "AppleMailSignature*",
	    HTML_QUOTED }, { "ms-outlook-mobile-signature", HTML_QUOTED },
	{ "ms-outlook-ios-signature", HTML_QUOTED },
	{ "protonmail_signature_block*", HTML_QUOTED },
	{ "messageSignatureSection", HTML_QUOTED },
	{ "__SIG_PRE__", HTML_QUOTED }, { "__SIG_POST__", HTML_QUOTED },
	{ "_rc_sig", HTML_QUOTED }, { "bloop_sign*", HTML_QUOTED },
	{ "edo-signature", HTML_QUOTED }, { "zmail_signature*", HTML_QUOTED },
	{ "sig_block", HTML_QUOTED }, { "hse-signature", HTML_QUOTED },
	{ "front-signature", HTML_QUOTED }, { "yahoo_signature", HTML_QUOTED },
};

static bool
matches(const char *word, size_t len, const char *name)
{
	size_t n = strlen(name);

	/* Outlook puts an x_ before what others wrote. */
	while (len > 2 && memcmp(word, "x_", 2) == 0)
		word += 2, len -= 2;
	if (name[n - 1] == '*')
		return len >= n - 1 && strncasecmp(word, name, n - 1) == 0;
	return len == n && strncasecmp(word, name, n) == 0;
}

static enum html_quote
by_name(struct span names)
{
	const char *s = names.s, *end = names.s + names.len;

	while (s < end) {
		size_t n = 0;

		while (s + n < end && strchr(" \t\r\n", s[n]) == NULL)
			n++;
		for (size_t i = 0; n > 3 && i < sizeof(signs) / sizeof(*signs);
		    i++)
			if (matches(s, n, signs[i].name))
				return signs[i].means;
		s += n + 1;
	}
	return HTML_OWN;
}

/* Outlook draws a line over the header it copies, or a bar before a quote. */
static enum html_quote
by_style(struct span style)
{
	if (!span_has(style, "border:none") || !span_has(style, "solid"))
		return HTML_OWN;
	if (span_has(style, "border-top:solid") &&
	    (span_has(style, "padding:3.0pt 0") ||
	    span_has(style, "#E1E1E1") || span_has(style, "#B5C4DF")))
		return HTML_REST;
	if (span_has(style, "border-left:solid") && span_has(style, "1.5pt") &&
	    span_has(style, "4.0pt"))
		return HTML_QUOTED;
	return HTML_OWN;
}

enum html_quote
html_quote(const struct token *t)
{
	enum html_quote q = by_name(t->id);

	if (q == HTML_OWN)
		q = by_name(t->class);
	return q != HTML_OWN || t->style.len == 0 ? q : by_style(t->style);
}
