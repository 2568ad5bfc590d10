package dev.penstock.router.api.image;

import dev.penstock.router.api.exchange.ApiException;
import dev.penstock.router.api.image.MultipartForm.Part;
import dev.penstock.router.api.image.MultipartForm.UnreadableFormException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The image in a multipart form. */
public final class MultipartImage {
  private static final String PART = "file";

  private MultipartImage() {}

  /**
   * The content of the part {@code file}, the last one if there are several.
   *
   * @param contentType of the request, with the boundary
   * @throws ApiException with status 400 when there is no such part or the form cannot be read
   */
  public static byte[] file(String contentType, byte[] body) {
    try {
      return content(last(contentType, body), body);
    } catch (UnreadableFormException e) {
      throw ApiException.badImage(
          "The multipart/form-data body cannot be read ("
              + e.getMessage()
              + "). Check the boundary and that the body is complete.");
    }
  }

  private static @Nullable Part last(String contentType, byte[] body)
      throws UnreadableFormException {
    String boundary = HeaderParameters.last(contentType, "boundary");
    if (boundary == null || boundary.isEmpty()) {
      throw new UnreadableFormException("its Content-Type names no boundary");
    }
    var form = new MultipartForm(body, boundary);
    Part last = null;
    for (Part part = form.next(); part != null; part = form.next()) {
      if (PART.equals(HeaderParameters.last(part.disposition(), "name"))) {
        last = part;
      }
    }
    return last;
  }

  private static byte[] content(@Nullable Part part, byte[] body) {
    if (part == null) {
      throw ApiException.badImage(
          "Expected image to be send in part named 'file' of multipart/form-data request");
    }
    // What its name is does not matter, in which charset neither: that it has one makes it a file.
    boolean file =
        HeaderParameters.last(part.disposition(), "filename") != null
            || HeaderParameters.last(part.disposition(), "filename*") != null;
    if (!file) {
      throw ApiException.message(400, "Invalid Content-Type header provided with request.");
    }
    if (part.from() == part.to()) {
      throw ApiException.badImage("Empty image payload.");
    }
    return Arrays.copyOfRange(body, part.from(), part.to());
  }
}
