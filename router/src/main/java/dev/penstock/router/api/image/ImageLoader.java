package dev.penstock.router.api.image;

import dev.penstock.router.api.exchange.BodyWork;
import dev.penstock.router.api.exchange.Exchange;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Turns sources into encoded images.
 *
 * @param work where large texts are decoded
 * @param fetcher gets what is given by URL
 */
public record ImageLoader(BodyWork work, ImageFetcher fetcher) {

  /** The images in their order. Fails with the exception to answer with. */
  public Future<List<byte[]>> load(Exchange exchange, List<ImageSource> sources) {
    Downloads downloads = fetcher.downloads(exchange.payload(), exchange.end());
    List<Future<byte[]>> images =
        sources.stream().map(source -> load(exchange, source, downloads)).toList();
    return Future.all(images).map(all -> all.<byte[]>list());
  }

  private Future<byte[]> load(Exchange exchange, ImageSource source, Downloads downloads) {
    if (source instanceof ImageSource.Url url) {
      return fetcher
          .fetch(url.url(), downloads)
          .compose(
              fetched ->
                  fetched.plain()
                      ? Future.succeededFuture(fetched.bytes())
                      : work.run(
                          exchange,
                          fetched.bytes().length + BodyWork.LARGE_BYTES,
                          () -> fetched.unpacked(downloads)));
    }
    if (source instanceof ImageSource.Base64Text base64) {
      return work.run(exchange, base64.text().length, () -> Base64Image.decode(base64.text()));
    }
    if (source instanceof ImageSource.Base64String base64) {
      return work.run(
          exchange,
          base64.text().length(),
          () -> Base64Image.decode(base64.text().getBytes(StandardCharsets.UTF_8)));
    }
    return Future.succeededFuture(((ImageSource.Encoded) source).bytes());
  }
}
