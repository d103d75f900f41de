#include "kb.h"

int
main(int argc, char **argv)
{
	static const struct verb verbs[] = {
		{ "search", kb_verb_search, "WORD...", NEED_ORG | NO_STORE,
		    NULL, NULL },
		{ "suggest", kb_verb_suggest, "TICKET | < TEXT", NEED_ORG,
		    NULL, NULL },
		{ "lint", kb_verb_lint, "", NEED_ORG | NO_STORE, NULL, NULL },
		{ 0 }
	};

	return cmd_main("tai-kb", verbs, argc, argv);
}
