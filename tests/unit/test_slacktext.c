/* What people write in Slack as plain text. */
#include <string.h>

#include "format/slacktext.h"
#include "unit.h"

static const char *
user(void *arg, const char *id)
{
	(void)arg;
	return strcmp(id, "U1") == 0 ? "ann" : NULL;
}

static const char *
channel(void *arg, const char *id)
{
	(void)arg;
	return strcmp(id, "C1") == 0 ? "help" : NULL;
}

static const struct slack_names names = { NULL, user, channel };

static const struct {
	const char *name, *in, *want;
} markup[] = {
	{ "plain", "hello", "hello" },
	{ "user", "hi <@U1>!", "hi @ann!" },
	{ "unknown user", "<@U2>", "@U2" },
	{ "labelled user", "<@U2|bob>", "@bob" },
	{ "channel", "see <#C1>", "see #help" },
	{ "labelled channel", "<#C9|general>", "#general" },
	{ "private channel", "<#C9|>", "#C9" },
	{ "here", "<!here> <!channel|@channel>", "@here @channel" },
	{ "group", "<!subteam^S1|@support> <!subteam^S2>", "@support @S2" },
	{ "date", "<!date^1392734382^{date}|Feb 18, 2014>", "Feb 18, 2014" },
	{ "link", "<https://a.example/x>", "https://a.example/x" },
	{ "label", "<https://a.example/x|the page>",
	    "the page (https://a.example/x)" },
	{ "typed", "<http://a.example|a.example>", "a.example" },
	{ "typed with scheme", "<https://a.example/|https://a.example>",
	    "https://a.example" },
	{ "address", "<mailto:a@b.example|a@b.example>", "a@b.example" },
	{ "bare address", "<mailto:a@b.example>", "a@b.example" },
	{ "phone", "<tel:+15550100|+1 555 0100>", "+1 555 0100" },
	{ "entity", "a &amp; b &lt;c&gt; &quot;", "a & b <c> &quot;" },
	{ "once", "&amp;lt;", "&lt;" },
	{ "entity in a link", "<https://a.example/?a=1&amp;b=2>",
	    "https://a.example/?a=1&b=2" },
	{ "no markup", "a < b and <div> <", "a < b and <div> <" },
	{ "emoji", ":wave: ok :+1::skin-tone-2:",
	    ":wave: ok :+1::skin-tone-2:" },
	{ "bold", "*bold* _it_ ~no~ *two words*", "bold it no two words" },
	{ "mixed", "*_both_*", "both" },
	{ "not bold", "2*3*4 snake_case_name a * b * c",
	    "2*3*4 snake_case_name a * b * c" },
	{ "dunder", "__init__ **kwargs", "__init__ **kwargs" },
	{ "across lines", "*a\nb*", "*a\nb*" },
	{ "link in bold", "*<https://a.example/*|x*y>* _z_",
	    "x*y (https://a.example/*) z" },
	{ "code", "`a_b_` and `*x*`", "`a_b_` and `*x*`" },
	{ "block", "```*x*\n&gt; y```", "```*x*\n> y```" },
	{ "quote", "&gt; they said\nno", "> they said\nno" },
	{ "tight quote", "&gt;they said", "> they said" },
	{ "raw quote", "> they said", "> they said" },
	{ "all behind", "&gt;&gt;&gt; one\ntwo\n\nthree",
	    "> one\n> two\n> \n> three" },
	{ "lone end", "&gt;", "> " },
};

START_TEST(mrkdwn)
{
	struct buf b = BUF_INIT;

	slacktext(markup[_i].in, strlen(markup[_i].in), &names, &b);
	ck_assert_msg(strcmp(b.data, markup[_i].want) == 0,
	    "%s: '%s', want '%s'", markup[_i].name, b.data, markup[_i].want);
	buf_free(&b);
}
END_TEST

#define RICH(x) "{\"text\":\"\",\"blocks\":[{\"type\":\"rich_text\"," \
	"\"elements\":[" x "]}]}"

static const struct {
	const char *name, *in, *want;
} messages[] = {
	{ "text first", "{\"text\":\"a &amp; b\",\"blocks\":[{\"type\":"
	    "\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"c\"}}]}",
	    "a & b" },
	{ "nothing", "{}", "" },
	{ "section", RICH("{\"type\":\"rich_text_section\",\"elements\":["
	    "{\"type\":\"text\",\"text\":\"hi \"},"
	    "{\"type\":\"user\",\"user_id\":\"U1\"},"
	    "{\"type\":\"text\",\"text\":\" & \",\"style\":{\"bold\":true}},"
	    "{\"type\":\"link\",\"url\":\"https://a.example\",\"text\":\"p\"},"
	    "{\"type\":\"emoji\",\"name\":\"wave\"},"
	    "{\"type\":\"broadcast\",\"range\":\"here\"},"
	    "{\"type\":\"channel\",\"channel_id\":\"C1\"}]}"),
	    "hi @ann & p (https://a.example):wave:@here#help" },
	{ "list", RICH("{\"type\":\"rich_text_list\",\"style\":\"ordered\","
	    "\"indent\":1,\"elements\":[{\"type\":\"rich_text_section\","
	    "\"elements\":[{\"type\":\"text\",\"text\":\"one\"}]},"
	    "{\"type\":\"rich_text_section\",\"elements\":["
	    "{\"type\":\"text\",\"text\":\"two\"}]}]}"),
	    "  1. one\n  2. two" },
	{ "quote", RICH("{\"type\":\"rich_text_quote\",\"elements\":["
	    "{\"type\":\"text\",\"text\":\"one\\ntwo\"}]},"
	    "{\"type\":\"rich_text_section\",\"elements\":["
	    "{\"type\":\"text\",\"text\":\"no\"}]}"), "> one\n> two\nno" },
	{ "code", RICH("{\"type\":\"rich_text_preformatted\",\"elements\":["
	    "{\"type\":\"text\",\"text\":\"x = 1\"}]}"),
	    "```\nx = 1\n```" },
	{ "blocks", "{\"text\":\"\",\"blocks\":[{\"type\":\"header\",\"text\":"
	    "{\"type\":\"plain_text\",\"text\":\"*H*\"}},{\"type\":"
	    "\"divider\"},{\"type\":\"section\",\"fields\":[{\"type\":"
	    "\"mrkdwn\",\"text\":\"*a*\"},{\"type\":\"mrkdwn\",\"text\":"
	    "\"b\"}]},{\"type\":\"context\",\"elements\":[{\"type\":"
	    "\"image\",\"alt_text\":\"pic\"},{\"type\":\"mrkdwn\",\"text\":"
	    "\"c\"}]},{\"type\":\"actions\",\"elements\":[]}]}",
	    "*H*\na\nb\npic\nc" },
	{ "attachment", "{\"text\":\"\",\"attachments\":[{\"fallback\":\"f\","
	    "\"pretext\":\"p\",\"title\":\"t\",\"text\":\"x\",\"fields\":[{"
	    "\"title\":\"k\",\"value\":\"v\"}]}]}", "p\nt\nx\nk: v" },
	{ "fallback", "{\"attachments\":[{\"fallback\":\"only this\"}]}",
	    "only this" },
	{ "unfolded link", "{\"text\":\"see <https://a.example>\","
	    "\"attachments\":[{\"title\":\"A page\",\"text\":\"x\"}]}",
	    "see https://a.example" },
	{ "passed on", "{\"text\":\"this one\",\"attachments\":[{"
	    "\"is_msg_unfurl\":true,\"author_name\":\"Bo\",\"text\":"
	    "\"it fails\\nagain\"}]}",
	    "this one\nBo wrote:\n> it fails\n> again" },
	{ "cannot be displayed", "{\"text\":\"This content can't be "
	    "displayed.\",\"blocks\":[{\"type\":\"section\",\"text\":{"
	    "\"type\":\"mrkdwn\",\"text\":\"x\"}}]}", "x" },
	{ "wrong kinds", "{\"text\":7,\"blocks\":{},\"attachments\":[1,[]]}",
	    "7" },
};

START_TEST(message)
{
	struct buf b = BUF_INIT;
	struct err e = { 0 };
	struct value v;

	ck_assert_int_eq(value_parse(&v, messages[_i].in,
	    strlen(messages[_i].in), &e), 0);
	slacktext_message(&v, &names, &b);
	ck_assert_msg(strcmp(b.data, messages[_i].want) == 0,
	    "%s: '%s', want '%s'", messages[_i].name, b.data,
	    messages[_i].want);
	buf_free(&b);
}
END_TEST

/* Marks that nothing ends cost no more than the text is long. */
START_TEST(long_lines)
{
	struct buf in = BUF_INIT, out = BUF_INIT;

	for (int i = 0; i < 200000; i++)
		buf_adds(&in, " *a _b ~c <x `");
	slacktext(in.data, in.len, &names, &out);
	ck_assert_uint_le(out.len, in.len);
	buf_free(&in);
	buf_free(&out);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("slacktext");
	TCase *c = tcase_create("slacktext");

	tcase_add_loop_test(c, mrkdwn, 0, sizeof(markup) / sizeof(*markup));
	tcase_add_loop_test(c, message, 0,
	    sizeof(messages) / sizeof(*messages));
	tcase_add_test(c, long_lines);
	suite_add_tcase(s, c);
	return s;
}

int
main(void)
{
	return unit_main(suite());
}
