// Samspil's own script. Every page works without it; this only makes quicker what already works.
// Each part finds its own elements by a data attribute and leaves the page alone when there are none.
// It sets no style attributes and calls no address but those the page names.

import { countCharacters } from "./count.js";
import { focusErrors } from "./errors.js";
import { fragments } from "./fragment.js";
import { keepText } from "./keep.js";
import { openMenu } from "./menu.js";
import { printPage } from "./print.js";
import { sendOnce } from "./send.js";
import { typeahead } from "./typeahead.js";
import { workList } from "./worklist.js";

openMenu();
focusErrors();
sendOnce();
countCharacters();
keepText();
typeahead();
fragments();
workList();
printPage();
