/* Whose mail is whose: contacts, free mail services, the secret of tokens. */
#include <stdlib.h>
#include <string.h>

#include "private.h"

static void
add_contact(struct cmd *c, const char *file, size_t line, const char *address,
    const char *customer)
{
	if (address == NULL || strchr(address, '@') == NULL)
		cmd_warn(c, ERR_CONFIG, "%s:%zu: address is not an address",
		    file, line);
	else if (customer == NULL || *customer == '\0')
		cmd_warn(c, ERR_CONFIG, "%s:%zu: customer is empty", file,
		    line);
	else
		customers_add_contact(c->customers, address, customer);
}

/* A bad row is told and left out; the others serve on. */
static int
contacts_csv(struct cmd *c, struct err *e)
{
	const char *path = cmd_rule_file(c, "contacts.csv");
	struct csv *csv;
	int got;

	if (path == NULL)
		return 0;
	if (csv_load(&csv, path, e) < 0)
		return -1;
	for (;;) {
		struct err bad = { 0 };

		if ((got = csv_next(csv, &bad)) == 0)
			break;
		if (got < 0)
			cmd_warn(c, ERR_CONFIG, "%s", bad.text);
		else
			add_contact(c, path, csv_line(csv),
			    csv_get(csv, "address"), csv_get(csv, "customer"));
	}
	csv_free(csv);
	return 0;
}

/* "joe@mail.example: acme", a line each. */
static int
contacts_yaml(struct cmd *c, struct err *e)
{
	const char *path = cmd_rule_file(c, "contacts.yaml");
	struct yaml *root;

	if (path == NULL)
		return 0;
	if (yaml_load(&c->arena, path, &root, e) < 0)
		return -1;
	if (root->kind != YAML_MAP)
		return yaml_err(root, e, "contacts are not a map of addresses "
		    "to customers");
	for (const struct yaml *y = root->first; y != NULL; y = y->next)
		add_contact(c, path, (size_t)y->line, y->key,
		    y->kind == YAML_SCALAR ? y->text : NULL);
	return 0;
}

static int
load_freemail(struct cmd *c, struct err *e)
{
	const char *path = cmd_rule_file(c, "freemail.yaml");
	struct yaml *root;

	if (path == NULL)
		return 0;
	if (yaml_load(&c->arena, path, &root, e) < 0 ||
	    org_load_freemail(&c->org, &c->arena, root, e) < 0)
		return -1;
	customers_freemail(c->customers, c->org.freemail);
	return 0;
}

/* The file lies beside the org.yaml that names it. */
static int
load_secret(struct cmd *c, struct err *e)
{
	const char *name = c->org.secret_file, *path = name, *text, *slash;
	char *folder;

	if (name == NULL)
		return 0;
	if (*name != '/') {
		slash = strrchr(c->org.root->file, '/');
		folder = realpath(slash == NULL ? "." :
		    arena_strndup(&c->arena, c->org.root->file,
		    (size_t)(slash - c->org.root->file)), NULL);
		path = arena_printf(&c->arena, "%s/%s",
		    folder != NULL ? folder : ".", name);
		free(folder);
	}
	if (cmd_secret(c, path, &text, e) < 0)
		return -1;
	return token_keys(&c->org.keys, path, text, strlen(text), &c->arena,
	    e);
}

int
load_people(struct cmd *c, struct err *e)
{
	if (load_freemail(c, e) < 0 || contacts_csv(c, e) < 0 ||
	    contacts_yaml(c, e) < 0)
		return -1;
	return load_secret(c, e);
}
