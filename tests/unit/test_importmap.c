/* Import maps: what is wrong is told with its line, what is right is found. */
#include <string.h>

#include "domain/import/importvalue.h"
#include "unit.h"

static struct arena arena;

static const char *
load(struct import_map *m, const char *text)
{
	static struct err e;
	struct yaml *root;

	memset(&e, 0, sizeof(e));
	if (yaml_parse(&arena, "f", text, strlen(text), &root, &e) < 0 ||
	    import_map_load(m, &arena, root, &e) < 0)
		return e.text;
	return "";
}

START_TEST(wrong)
{
	static const struct { const char *text, *want; } rows[] = {
		{ "", "f:1: name is not 1 to 32 of a-z 0-9 -" },
		{ "name: A b\n", "f:1: name is not 1 to 32 of a-z 0-9 -" },
		{ "name: a\n", "f:1: items is not a list" },
		{ "name: a\nitems: []\n", "f:2: items is not a list" },
		{ "name: a\nwhat: 1\nitems: [{is: ticket}]\n",
		    "f:2: unknown key 'what'" },
		{ "name: a\nitems: [{is: tickets}]\n",
		    "f:2: is: 'tickets' is no kind of item" },
		{ "name: a\nitems: [{is: clock}]\n",
		    "f:2: is: 'clock' is no kind of item" },
		{ "name: a\nitems:\n  - is: ticket\n    id: id\n",
		    "f:3: neither in nor where tells which items these are" },
		{ "name: a\nitems:\n  - is: ticket\n    in: t\n",
		    "f:3: a ticket needs 'id'" },
		{ "name: a\nitems:\n  - is: comment\n    in: t\n",
		    "f:3: a comment needs 'created'" },
		{ "name: a\nitems:\n  - is: ticket\n    in: t\n    id: id\n"
		    "    public: x\n", "f:6: a ticket has no 'public'" },
		{ "name: a\nitems:\n  - is: ticket\n    in: t\n    id: id\n"
		    "    status: s\n", "f:6: status needs a map" },
		{ "name: a\nitems:\n  - is: ticket\n    in: t\n    id: id\n"
		    "    status: {at: s, map: {x: done}}\n",
		    "f:6: 'done' is no status" },
		{ "name: a\nitems:\n  - is: ticket\n    in: t\n    id: id\n"
		    "    severity: {at: s, map: {x: HUGE}}\n",
		    "f:6: 'HUGE' is no severity" },
		{ "name: a\nitems:\n  - is: ticket\n    in: t\n    id: id\n"
		    "    role: {at: s, map: {x: boss}}\n",
		    "f:6: 'boss' is no role" },
		{ "name: a\nitems:\n  - is: ticket\n    in: t\n    id: {}\n",
		    "f:5: one of at, join or value says where it is from" },
		{ "name: a\nitems:\n  - is: ticket\n    in: t\n"
		    "    id: {at: a, value: b}\n",
		    "f:5: one of at, join or value says where it is from" },
		{ "name: a\nitems:\n  - is: ticket\n    in: t\n"
		    "    id: {at: a, match: '('}\n", "f:5: *" },
		{ "name: a\nitems:\n  - is: ticket\n    in: t\n"
		    "    id: {at: a, format: '%Q'}\n",
		    "f:5: '%Q' is not a format of moments" },
		{ "name: a\nitems:\n  - is: ticket\n    in: t\n"
		    "    id: 'a[b=c'\n",
		    "f:5: 'a[b=c' has no ]" },
		{ "name: a\ncsv: {delimiter: x}\nitems: [{is: usage}]\n",
		    "f:2: delimiter is none of , ; : | tab" },
		{ "name: a\ncsv: {encoding: big5}\nitems: [{is: usage}]\n",
		    "f:2: 'big5' is no encoding of tables" },
		{ "name: a\ncsv: {zone: Mars/Base}\nitems: [{is: usage}]\n",
		    "f:2: no time zone is 'Mars/Base'" },
		{ "name: a\ncsv: {}\nitems: [{is: usage, id: x}]\n",
		    "f:3: 'id' is no field's name here" },
		{ "name: a\ncsv: {}\nitems: [{is: usage, month: ^x}]\n",
		    "f:3: 'x' is not a column's name" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct import_map m;
		const char *got = load(&m, rows[i].text);
		size_t n = strcspn(rows[i].want, "*");

		ck_assert_msg(rows[i].want[n] == '*' ?
		    strncmp(got, rows[i].want, n) == 0 :
		    strcmp(got, rows[i].want) == 0,
		    "%s: got '%s', want '%s'", rows[i].text, got,
		    rows[i].want);
		import_map_free(&m);
	}
}
END_TEST

START_TEST(values)
{
	static const char item[] = "{\"id\":7,\"empty\":\"\",\"nothing\":null,"
	    "\"a\":{\"b\":[{\"k\":\"x\",\"v\":1},"
	    "{\"k\":\"y\",\"v\":\" two \"}]},"
	    "\"s\":\"Open\",\"t\":\"merged into ticket #42 today\","
	    "\"h\":\"<p>a &amp; b</p>\",\"f\":\"A\",\"l\":\"B\","
	    "\"list\":[\"p\",{\"n\":\"q\"},3]}";
	static const char up[] = "{\"id\":\"parent\"}";
	static const struct { const char *expr, *want; } rows[] = {
		{ "id", "7" }, { "missing", "-" }, { "nothing", "-" },
		{ "[empty, nothing, id]", "7" }, { "^id", "parent" },
		{ "'a.b[0].k'", "x" }, { "'a.b[k=y].v'", "two" },
		{ "'a.b[k=z].v'", "-" }, { "'a.b'", "-" },
		{ "{join: [f, missing, l]}", "A B" },
		{ "{at: s, map: {open: yes}}", "yes" },
		{ "{at: s, map: {shut: no}, else: other}", "other" },
		{ "{at: s, map: {open: ~}}", "-" },
		{ "{at: t, match: 'ticket #(?<value>[0-9]+)'}", "42" },
		{ "{at: t, match: 'ticket #[0-9]+'}", "ticket #42" },
		{ "{at: t, match: 'nothing like it'}", "-" },
		{ "{at: h, html: true}", "a & b" },
		{ "{value: here, when: {s: [Shut, Open]}}", "here" },
		{ "{value: here, when: {s: Shut}}", "-" },
		{ "{at: id, when: {missing: ~}}", "7" },
		{ "{at: id, when: [missing]}", "-" },
		{ "{at: id, when: {^id: parent}}", "7" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct import_map m;
		struct value v, u;
		struct import_place in = { &m, &v, &u, &arena, NULL, 0 };
		struct err e = { 0 };
		char text[500];
		const char *got;

		snprintf(text, sizeof(text), "name: a\nitems:\n  - is: person\n"
		    "    in: x\n    id: id\n    name: %s\n", rows[i].expr);
		got = load(&m, text);
		ck_assert_msg(*got == '\0', "%s: %s", rows[i].expr, got);
		ck_assert_int_eq(value_parse(&v, item, strlen(item), &e), 0);
		ck_assert_int_eq(value_parse(&u, up, strlen(up), &e), 0);
		got = import_text(&in, m.rule[0].field[F_NAME]);
		ck_assert_msg(strcmp(got != NULL ? got : "-",
		    rows[i].want) == 0, "%s: got '%s', want '%s'",
		    rows[i].expr, got != NULL ? got : "-", rows[i].want);
		import_map_free(&m);
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("importmap");
	TCase *t = tcase_create("importmap");

	tcase_add_test(t, wrong);
	tcase_add_test(t, values);
	suite_add_tcase(s, t);
	return unit_main(s);
}
