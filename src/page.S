/* page - the files of the page that /docs shows, as they are.  Those that make
 * docs fetches are empty without it. */
	.section .rodata
	.macro file name, path
	.global \name, \name\()_size
	.balign 16
\name:
	.incbin "\path"
1:	.byte 0
	.balign 8
\name\()_size:
	.quad 1b - \name
	.endm
	.macro none name
	.global \name, \name\()_size
	.balign 8
\name:
\name\()_size:
	.quad 0
	.endm

	file page_index, "src/page/index.html"
	file page_start, "src/page/start.js"
#ifdef FETCHED
	file page_style, "swagger-ui.css"
	file page_bundle, "swagger-ui-bundle.js"
#else
	none page_style
	none page_bundle
#endif
	.section .note.GNU-stack, "", %progbits
