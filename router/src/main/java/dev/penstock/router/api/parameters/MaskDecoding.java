package dev.penstock.router.api.parameters;

import dev.penstock.router.api.exchange.ApiException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How fine masks of objects are asked for. Masks always have the size of the picture, as those of
 * the reference server have unless it is told otherwise; the words are checked as it checks them.
 *
 * @param mode null for the default
 * @param tradeoffFactor looked at in mode {@code tradeoff} only
 */
public record MaskDecoding(@Nullable String mode, double tradeoffFactor) {
  private static final String TRADEOFF = "tradeoff";
  private static final Set<String> MODES = Set.of("accurate", "fast", TRADEOFF);

  /** What a request that says nothing asks for. */
  static final MaskDecoding DEFAULT = new MaskDecoding(null, 0);

  /** Both fields, which have the same names and types on every route. */
  static MaskDecoding read(Fields fields) {
    return new MaskDecoding(fields.text("mask_decode_mode"), fields.number("tradeoff_factor", 0));
  }

  /**
   * Checks the words for a model that makes masks of objects; other models never see them.
   *
   * @param taskType the model's task
   * @throws ApiException with status 400 when they mean nothing
   */
  public void check(String taskType) {
    boolean factorFits = !TRADEOFF.equals(mode) || (tradeoffFactor >= 0 && tradeoffFactor <= 1);
    boolean fits = mode == null || (MODES.contains(mode) && factorFits);
    if (!fits && taskType.equals("instance-segmentation")) {
      throw ApiException.message(
          400,
          "Invalid mask decode argument sent. tradeoff_factor must be in [0.0, 1.0],"
              + " mask_decode_mode: must be one of ['accurate', 'fast', 'tradeoff']");
    }
  }
}
