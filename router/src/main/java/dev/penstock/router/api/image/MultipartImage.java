package dev.penstock.router.api.image;

import dev.penstock.router.api.exchange.ApiException;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.multipart.DefaultHttpDataFactory;
import io.netty.handler.codec.http.multipart.FileUpload;
import io.netty.handler.codec.http.multipart.HttpPostMultipartRequestDecoder;
import io.netty.handler.codec.http.multipart.HttpPostRequestDecoder;
import io.netty.handler.codec.http.multipart.InterfaceHttpData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The image in a multipart form. */
public final class MultipartImage {
  private static final String PART = "file";
  private static final int MOST_PARTS = 64;
  private static final int NO_BOUND = -1; // the whole body is in memory already

  private MultipartImage() {}

  /**
   * The content of the part {@code file}, the last one if there are several.
   *
   * @param contentType of the request, with the boundary
   * @throws ApiException with status 400 when there is no such part or the form cannot be read
   */
  public static byte[] file(String contentType, byte[] body) {
    var form = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/");
    form.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
    HttpPostMultipartRequestDecoder decoder = null;
    try {
      if (!HttpPostRequestDecoder.isMultipart(form)) {
        throw unreadable("its Content-Type names no boundary");
      }
      decoder =
          new HttpPostMultipartRequestDecoder(
              new DefaultHttpDataFactory(false),
              form.replace(Unpooled.wrappedBuffer(body)),
              StandardCharsets.UTF_8,
              MOST_PARTS,
              NO_BOUND);
      return content(decoder.getBodyHttpDatas(PART));
    } catch (ApiException expected) {
      throw expected;
    } catch (RuntimeException unreadable) {
      // Malformed forms end in whatever exception the decoder's parsing trips over.
      throw unreadable(String.valueOf(unreadable.getMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      if (decoder != null) {
        decoder.destroy();
      }
    }
  }

  private static ApiException unreadable(String why) {
    return ApiException.badImage(
        "The multipart/form-data body cannot be read ("
            + why
            + "). Check the boundary and that the body is complete.");
  }

  private static byte[] content(@Nullable List<InterfaceHttpData> parts) throws IOException {
    if (parts == null || parts.isEmpty()) {
      throw ApiException.badImage(
          "Expected image to be send in part named 'file' of multipart/form-data request");
    }
    if (!(parts.get(parts.size() - 1) instanceof FileUpload file)) {
      throw ApiException.message(400, "Invalid Content-Type header provided with request.");
    }
    byte[] image = file.get();
    if (image.length == 0) {
      throw ApiException.badImage("Empty image payload.");
    }
    return image;
  }
}
