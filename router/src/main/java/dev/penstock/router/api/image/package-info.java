/** Images as they come in: base64, multipart forms and URLs. */
@NullMarked
package dev.penstock.router.api.image;

import org.jspecify.annotations.NullMarked;
