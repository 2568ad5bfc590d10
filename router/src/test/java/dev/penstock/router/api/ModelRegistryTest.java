package dev.penstock.router.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.router.admission.keys.ModelPatterns;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelRegistryTest {
  private final ModelRegistry registry = new ModelRegistry();

  @Test
  void paths_are_sorted_and_listed_once() {
    for (String path : List.of("/model/add", "/coco/1", "/model/add")) {
      registry.add("coco/1", FakeRepository.model("coco/1"), path);
    }
    JsonObject model = models().get(0);
    assertThat(model.getJsonArray("request_paths")).containsExactly("/coco/1", "/model/add");
    assertThat(model.getJsonArray("request_aliases")).isEmpty();
  }

  @Test
  void repeating_what_is_known_changes_nothing() {
    registry.add("coco/1", FakeRepository.model("coco/1"), "/coco/1");
    var before = registry.description(ModelPatterns.ALL);
    registry.add("coco/1", FakeRepository.model("coco/1"), "/coco/1");
    assertThat(registry.description(ModelPatterns.ALL)).isSameAs(before);
  }

  @Test
  void a_replaced_package_is_listed_anew() {
    registry.add("coco/1", FakeRepository.model("coco/1"), "/coco/1");
    registry.add("coco/1", FakeRepository.model("coco/2"), "/model/add");
    assertThat(models()).hasSize(1);
    registry.add("coco/1", FakeRepository.model("coco/1"), "/coco/1");
    assertThat(models().get(0).getJsonArray("request_paths")).containsExactly("/coco/1");
    registry.add("coco/1", FakeRepository.model("coco/2"), "/model/add");
    assertThat(registry.clear()).extracting(model -> model.id()).containsExactly("coco/2");
  }

  @Test
  void classifiers_of_many_labels_are_listed_as_the_one_kind_that_clients_know() {
    registry.add("tags/1", FakeRepository.model("tags/1", "multi-label-classification"), null);
    registry.add("roads/1", FakeRepository.model("roads/1", "semantic-segmentation"), null);
    assertThat(models())
        .extracting(model -> model.getString("task_type"))
        .containsExactly("classification", "semantic-segmentation");
  }

  @Test
  void spellings_of_clients_are_bounded() {
    for (int i = 0; i < 1_100; i++) {
      registry.add("coco/" + i, FakeRepository.model("coco/1"), null);
    }
    assertThat(models()).hasSize(1_000);
    assertThat(models().get(0).getString("model_id")).isEqualTo("coco/100");
    assertThat(models().get(999).getString("model_id")).isEqualTo("coco/1099");
    assertThat(registry.clear()).hasSize(1);
    assertThat(models()).isEmpty();
  }

  @Test
  void what_was_forgotten_for_newer_spellings_is_listed_when_it_is_asked_for_again() {
    registry.add("eldest/1", FakeRepository.model("coco/1"), "/eldest/1");
    for (int i = 0; i < 1_000; i++) {
      registry.add("coco/" + i, FakeRepository.model("coco/1"), null);
    }
    assertThat(models())
        .extracting(model -> model.getString("model_id"))
        .doesNotContain("eldest/1");
    registry.add("eldest/1", FakeRepository.model("coco/1"), "/eldest/1");
    assertThat(models().get(999).getString("model_id")).isEqualTo("eldest/1");
  }

  private List<JsonObject> models() {
    return new JsonObject(registry.description(ModelPatterns.ALL))
        .getJsonArray("models").stream().map(JsonObject.class::cast).toList();
  }
}
