package dev.penstock.router.api.parameters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.job.Drawing;
import dev.penstock.job.JobParameters;
import dev.penstock.job.MaskFormat;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class TaskFieldsTest {
  private static final String REST = ",'model_id':'a/1','image':{'type':'base64','value':'eA=='}}";

  @ParameterizedTest
  @EnumSource(InferenceTask.class)
  void every_task_has_the_same_defaults(InferenceTask task) {
    assertThat(parse(task, "{'x':1").job()).isEqualTo(JobParameters.DEFAULTS);
  }

  @ParameterizedTest
  @EnumSource(InferenceTask.class)
  void usage_and_active_learning_are_accepted(InferenceTask task) {
    String fields =
        "{'api_key':'k','usage_billable':false,'start':1.5,'source':'s','source_info':'i',"
            + "'disable_model_monitoring':true,'disable_active_learning':true,"
            + "'active_learning_target_dataset':'d','max_candidates':5,'fix_batch_size':true,"
            + "'countinference':false,'service_secret':'x'";
    assertThat(parse(task, fields).job()).isEqualTo(JobParameters.DEFAULTS);
  }

  @Test
  void masks_have_a_form_and_a_way_to_be_decoded() {
    TaskBody body =
        parse(
            InferenceTask.INSTANCE_SEGMENTATION,
            "{'response_mask_format':'rle','mask_decode_mode':'tradeoff','tradeoff_factor':0.5,"
                + "'allow_reduced_mask_resolution':true,"
                + "'enforce_dense_masks_in_inference_models':true");
    assertThat(body.job().maskFormat()).isEqualTo(MaskFormat.RLE);
    assertThat(body.masks()).isEqualTo(new MaskDecoding("tradeoff", 0.5));
  }

  @Test
  void key_points_have_a_threshold_of_their_own() {
    assertThat(
            parse(InferenceTask.KEYPOINTS_DETECTION, "{'keypoint_confidence':0.5")
                .job()
                .keypointConfidence())
        .isEqualTo(0.5);
  }

  @Test
  void classes_are_drawn_without_labels_and_masks_of_pixels_not_at_all() {
    String fields =
        "{'visualize_predictions':true,'visualization_labels':true,"
            + "'visualization_stroke_width':3";
    assertThat(parse(InferenceTask.CLASSIFICATION, fields).job().drawing())
        .isEqualTo(new Drawing(false, 3));
    assertThat(parse(InferenceTask.SEMANTIC_SEGMENTATION, fields).job().drawing()).isNull();
    assertThat(parse(InferenceTask.KEYPOINTS_DETECTION, fields).job().drawing())
        .isEqualTo(new Drawing(true, 3));
  }

  /** The order is that of the reference server's models, which decides what clients show. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "OBJECT_DETECTION | {'id':null | [[body,id]]",
        "OBJECT_DETECTION | {'id':5,'usage_billable':null | [[body,id],[body,usage_billable]]",
        "OBJECT_DETECTION | {'confidence':null |"
            + " [[body,confidence,float],[body,confidence,literal['best','default']]]",
        "KEYPOINTS_DETECTION | {'confidence':'best' | [[body,confidence]]",
        "KEYPOINTS_DETECTION | {'confidence':'much','keypoint_confidence':'x' |"
            + " [[body,confidence,float],[body,confidence,literal['best','default']],"
            + "[body,keypoint_confidence]]",
        "INSTANCE_SEGMENTATION | {'response_mask_format':'png','mask_decode_mode':3,"
            + "'tradeoff_factor':'q','class_filter':['a',1] | [[body,class_filter,1],"
            + "[body,mask_decode_mode],[body,tradeoff_factor],[body,response_mask_format]]",
        "INSTANCE_SEGMENTATION | {'response_mask_format':null,'max_detections':null |"
            + " [[body,response_mask_format]]",
        "SEMANTIC_SEGMENTATION | {'response_mask_format':'rle','model_type':3 |"
            + " [[body,response_mask_format]]",
        "CLASSIFICATION | {'include_anomaly_map':null,'visualization_stroke_width':1.5 |"
            + " [[body,include_anomaly_map],[body,visualization_stroke_width]]",
        "OBJECT_DETECTION | {'visualization_labels':0.5,'fix_batch_size':'2',"
            + "'max_candidates':'1.5' |"
            + " [[body,fix_batch_size],[body,max_candidates],[body,visualization_labels]]",
      })
  void what_does_not_fit_is_listed_in_the_order_of_the_fields(
      InferenceTask task, String fields, String locations) {
    assertThatThrownBy(() -> parse(task, fields))
        .hasMessageStartingWith("422 ")
        .extracting(refusal -> locations(String.valueOf(refusal.getMessage())))
        .isEqualTo(locations);
  }

  @Test
  void a_truth_may_be_a_number_with_a_fraction_of_zero() {
    assertThat(
            parse(InferenceTask.OBJECT_DETECTION, "{'class_agnostic_nms':1.0")
                .job()
                .classAgnosticNms())
        .isTrue();
  }

  private static String locations(String message) {
    var details = new JsonObject(message.substring("422 ".length())).getJsonArray("detail");
    return details.stream()
        .map(detail -> ((JsonObject) detail).getJsonArray("loc").encode().replace("\"", ""))
        .toList()
        .toString()
        .replace(" ", "");
  }

  private static TaskBody parse(InferenceTask task, String fields) {
    return TaskBody.parse(task, new JsonObject((fields + REST).replace('\'', '"')));
  }
}
