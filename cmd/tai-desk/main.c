#include "desk.h"

int
main(int argc, char **argv)
{
	static const struct verb verbs[] = {
		{ "list", desk_list, "[-am] [--customer ID] [--tier TIER] "
		    "[--status STATUS] [--severity SEVERITY] "
		    "[--category NAME] [--assignee WHO] [--older TIME] "
		    "[--subject WORDS] [--root-cause NAME] [FILE...]",
		    NEED_ORG | NEED_SLA | NEED_SECRETS, list_options, list_option },
		{ "next", desk_next, "", NEED_ORG | NEED_SLA | NEED_STORE |
		    NEED_SECRETS, list_options, list_option },
		{ "show", desk_show, "[--full] TICKET",
		    NEED_ORG | NEED_SLA | NEED_STORE | NEED_SECRETS,
		    show_options, show_option },
		{ "reply", desk_reply, "[-t TEMPLATE] TICKET",
		    NEED_ORG | NEED_STORE | MAY_WRITE, reply_options,
		    reply_option },
		{ "note", desk_note, "TICKET [TEXT...]",
		    NEED_STORE | MAY_WRITE, NULL, NULL },
		{ "set", desk_set, "TICKET FIELD=VALUE...",
		    NEED_ORG | NEED_STORE | MAY_WRITE, NULL, NULL },
		{ "assign", desk_assign, "TICKET WHO",
		    NEED_ORG | NEED_STORE | MAY_WRITE, NULL, NULL },
		{ "merge", desk_merge, "[--force] TICKET INTO",
		    NEED_STORE | MAY_WRITE, merge_options, merge_option },
		{ "split", desk_split, "[--into TICKET] [--why TEXT] "
		    "[--force] TICKET MESSAGE...", NEED_STORE | MAY_WRITE,
		    split_options, split_option },
		{ "search", desk_search, "[--limit N] WORD...",
		    NEED_ORG | NEED_STORE | MAY_INDEX | NEED_SECRETS,
		    search_options, search_option },
		{ "log", desk_log, "[--type TYPE] [--ticket TICKET] "
		    "[--after ROW] [--no-blobs]", NEED_STORE, log_options,
		    log_option },
		{ "export", desk_export, "message ID | ticket TICKET | "
		    "person ADDRESS | customer ID [FOLDER]",
		    NEED_ORG | NEED_STORE, NULL, NULL },
		{ "forget", desk_forget, "[-n] [--yes] [--why TEXT] "
		    "message ID | ticket TICKET | person ADDRESS | "
		    "customer ID | --retention",
		    NEED_ORG | NEED_STORE | MAY_WRITE, forget_options,
		    forget_option },
		{ "verify", desk_verify, "", NEED_STORE, NULL, NULL },
		{ "rebuild", desk_rebuild, "", NEED_STORE | MAY_WRITE, NULL,
		    NULL },
		{ 0 }
	};

	return cmd_main("tai-desk", verbs, argc, argv);
}
