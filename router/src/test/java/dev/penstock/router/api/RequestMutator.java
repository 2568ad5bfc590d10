package dev.penstock.router.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes requests that are almost right: takes one of a corpus and changes its target and body here
 * and there, by bytes, by pieces of other requests and by words that parsers stumble over. The head
 * around them stays whole, so that what is sent reaches the parsers of parameters and bodies.
 */
final class RequestMutator {
  private static final String IMAGE = "{\"type\":\"base64\",\"value\":\"" + TestApi.BASE64 + "\"}";

  private static final List<String> TARGETS =
      List.of(
          "/coco/1?api_key=k&confidence=40&overlap=30&format=json&classes=a,b",
          "/shapes/1?response_mask_format=rle&mask_decode_mode=tradeoff&tradeoff_factor=0.5",
          "/roads/1?confidence=best&format=image_and_json&labels=true&stroke=2",
          "/coco/1?image=https%3A%2F%2Fexample.invalid%2Fa.jpg&image_type=url",
          "/segment/roads/1?disable_preproc_contrast=yes&keypoint_confidence=0.1",
          "/infer/object_detection?countinference=true",
          "/infer/instance_segmentation",
          "/infer/keypoints_detection",
          "/infer/classification",
          "/infer/semantic_segmentation",
          "/model/add",
          "/model/remove",
          "/model/registry?api_key=None");

  private static final List<String> BODIES =
      List.of(
          TestApi.BASE64,
          "data:image/jpeg;base64," + TestApi.BASE64,
          "{\"api_key\":\"k\",\"model_id\":\"coco/1\",\"image\":" + IMAGE + ",\"confidence\":0.4}",
          "{\"id\":\"i\",\"model_id\":\"shapes/1\",\"image\":["
              + IMAGE
              + ","
              + IMAGE
              + "],\"response_mask_format\":\"rle\",\"class_filter\":[\"a\"],\"max_detections\":3}",
          "{\"model_id\":\"yolo-small\",\"image\":{\"type\":\"url\",\"value\":\"http://a.b/c\"},"
              + "\"visualize_predictions\":true,\"visualization_stroke_width\":2}",
          "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\nabc\r\n--b--\r\n",
          "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--b\r\nContent-Type: image/jpeg;"
              + " charset=utf-8\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment;"
              + " filename*=UTF-8''%e2%82%ac.jpg; name=file;\r\n\r\nabc\r\n--b--",
          "");

  private static final List<String> TYPES =
      List.of(
          "application/json",
          "application/x-www-form-urlencoded",
          "multipart/form-data; boundary=b",
          "multipart/form-data; charset=klingon; boundary=\"b\";",
          "multipart/form-data",
          "text/plain; charset=\"utf-16");

  private static final List<String> WORDS =
      List.of(
          ("null true -1 1e999 NaN \"\" {} [] [[[[ {\"a\": \\u0000 \\ud800 %00 % %ff%fe ../ // \""
                  + " 99999999999999999999999 0x1F \u00e9 = base64, ' ; \r\n--b"
                  + " ; filename*= name= charset=x --b-- Content-Disposition: \r\n: \" ;= Infinity"
                  + " &image= &image=https://[::1]/ &image=//a\\b &confidence= &stroke=-"
                  + " &max_detections=9999999999999999999999")
              .split(" "));

  private final SplittableRandom random;

  RequestMutator(long seed) {
    random = new SplittableRandom(seed);
  }

  /** A whole HTTP request. */
  byte[] next() {
    String target = requestLine(mutated(pick(TARGETS), random.nextInt(3)));
    byte[] body = mutated(pick(BODIES), random.nextInt(4)).getBytes(UTF_8);
    String head =
        (random.nextInt(8) == 0 ? "GET " : "POST ")
            + target
            + " HTTP/1.1\r\nHost: a\r\nContent-Length: "
            + body.length
            + (random.nextInt(10) == 0 ? "" : "\r\nContent-Type: " + pick(TYPES))
            + "\r\n\r\n";
    byte[] start = head.getBytes(ISO_8859_1);
    byte[] request = new byte[start.length + body.length];
    System.arraycopy(start, 0, request, 0, start.length);
    System.arraycopy(body, 0, request, start.length, body.length);
    return request;
  }

  private String mutated(String text, int times) {
    var mutant = new StringBuilder(text);
    for (int i = 0; i < times; i++) {
      int at = random.nextInt(mutant.length() + 1);
      switch (random.nextInt(5)) {
        case 0 -> mutant.insert(at, pick(WORDS));
        case 1 -> mutant.insert(at, (char) random.nextInt(256));
        case 2 -> mutant.delete(at, Math.min(mutant.length(), at + 1 + random.nextInt(12)));
        case 3 -> {
          int end = Math.min(mutant.length(), at + 1 + random.nextInt(20));
          mutant.insert(at, mutant.substring(at, end).repeat(1 + random.nextInt(40)));
        }
        default -> mutant.replace(at, Math.min(mutant.length(), at + 4), pick(WORDS));
      }
    }
    return mutant.toString();
  }

  /** What would end the request line is another test's matter. */
  private static String requestLine(String target) {
    String line = target.replaceAll("[\\x00-\\x20\\x7f]", "");
    return line.startsWith("/") ? line : "/" + line;
  }

  private String pick(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
