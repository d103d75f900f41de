/* A template's text as nodes: what parsing makes and rendering walks. */
#ifndef TAI_FORMAT_NODE_H
#define TAI_FORMAT_NODE_H

#include "format/template.h"

enum node_kind { NODE_TEXT, NODE_NAME, NODE_RAW, NODE_SECTION, NODE_INVERTED,
	    NODE_PARTIAL };

struct node {
	enum node_kind kind;
	int line;
	const char *text;	/* literal text, or a name */
	size_t len;
	const char *indent;	/* of a partial that has its line alone */
	size_t indent_len;
	size_t end;		/* of a section: the node behind it */
};

struct template {
	struct arena arena;
	const char *name;
	struct node *node;
	size_t n, room;
};

#endif
