package dev.penstock.router.api.image;

import dev.penstock.router.api.exchange.BodyWork;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Turns sources into encoded images.
 *
 * @param work where large texts are decoded
 * @param fetcher gets what is given by URL
 */
public record ImageLoader(BodyWork work, ImageFetcher fetcher) {

  /** The images in their order. Fails with the exception to answer with. */
  public Future<List<byte[]>> load(List<ImageSource> sources) {
    AtomicLong allowance = fetcher.allowance();
    List<Future<byte[]>> images = sources.stream().map(source -> load(source, allowance)).toList();
    return Future.all(images).map(all -> all.<byte[]>list());
  }

  private Future<byte[]> load(ImageSource source, AtomicLong allowance) {
    if (source instanceof ImageSource.Url url) {
      return fetcher.fetch(url.url(), allowance);
    }
    if (source instanceof ImageSource.Base64Text base64) {
      return work.run(base64.text().length, () -> Base64Image.decode(base64.text()));
    }
    return Future.succeededFuture(((ImageSource.Encoded) source).bytes());
  }
}
