package dev.penstock.router.dispatch.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.ModelRepository.Refusal;
import dev.penstock.router.dispatch.FakeTicker;
import dev.penstock.router.dispatch.workers.Prospect;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LiveModelsTest {
  private static final ModelRef OLD = new ModelRef("pets/1", "old");
  private static final ModelRef NEW = new ModelRef("pets/1", "new");
  private static final ModelRef NEWER = new ModelRef("pets/1", "newer");
  private static final ModelRef ZOO = new ModelRef("zoo/1", "zoo");

  private final ChangingRepository repository = new ChangingRepository();
  private final FakeTicker ticker = new FakeTicker();
  private final Workers workers = new Workers();

  /** Workers that load what they are told to, when they are told so. */
  private static final class Workers implements LiveModels.Fleet {
    final Set<String> residents = new HashSet<>();
    final List<ModelRef> asked = new ArrayList<>();
    Prospect prospect = new Prospect.Loading();

    @Override
    public boolean isResident(String digest) {
      return residents.contains(digest);
    }

    @Override
    public Prospect ensureServed(ModelRef model) {
      asked.add(model);
      return prospect;
    }
  }

  private LiveModels serving(ModelRef... models) {
    repository.serve(models);
    return new LiveModels(repository, workers, ticker);
  }

  private static @Nullable String answers(LiveModels models) {
    ModelPackage found = models.find("pets/1");
    return found == null ? null : found.digest();
  }

  @Test
  void a_package_in_memory_answers_until_its_successor_is_in_memory() {
    LiveModels models = serving(OLD, ZOO);
    workers.residents.add("old");
    repository.serve(NEW, ZOO);
    assertThat(answers(models)).as("before anybody looked").isEqualTo("old");

    models.refresh();
    models.refresh();
    assertThat(answers(models)).isEqualTo("old");
    assertThat(models.all()).extracting(ModelPackage::digest).containsExactly("old", "zoo");
    assertThat(models.heldOn()).containsExactly(OLD);
    assertThat(workers.asked).isNotEmpty().containsOnly(NEW);
    assertThat(models.heldUp())
        .containsExactly(new Refusal("pets/1", "package new is being loaded"));

    workers.residents.add("new");
    assertThat(answers(models)).isEqualTo("new");
    models.refresh();
    workers.residents.remove("old");
    assertThat(answers(models)).isEqualTo("new");
    assertThat(models.heldOn()).isEmpty();
    assertThat(models.heldUp()).isEmpty();
  }

  @Test
  void one_that_cannot_be_loaded_never_answers_and_is_tried_ever_more_rarely() {
    LiveModels models = serving(OLD);
    workers.residents.add("old");
    workers.prospect = new Prospect.Unloadable("no kernel for Cxyz");
    repository.serve(NEW);
    for (int second = 0; second < 1_000; second++) {
      models.refresh();
      assertThat(answers(models)).isEqualTo("old");
      ticker.advanceMillis(1_000);
    }

    assertThat(workers.asked).hasSizeBetween(5, 10);
    assertThat(models.heldUp())
        .containsExactly(new Refusal("pets/1", "package new cannot be loaded: no kernel for Cxyz"));
    repository.serve(NEWER);
    workers.prospect = new Prospect.Loading();
    models.refresh();
    assertThat(workers.asked).as("another package, at once").contains(NEWER);
    workers.residents.add("newer");
    models.refresh();
    assertThat(answers(models)).isEqualTo("newer");
  }

  @Test
  void a_package_that_nobody_has_is_replaced_at_once_and_nothing_is_loaded_for_it() {
    LiveModels models = serving(OLD);
    repository.serve(NEW);

    assertThat(answers(models)).isEqualTo("new");
    models.refresh();
    assertThat(answers(models)).isEqualTo("new");
    assertThat(workers.asked).isEmpty();
    assertThat(models.heldUp()).isEmpty();
    assertThat(models.heldOn()).isEmpty();
  }

  @Test
  void a_worker_that_was_silent_for_a_moment_is_what_answers_when_it_is_back() {
    LiveModels models = serving(OLD);
    workers.residents.add("old");
    workers.prospect = new Prospect.Unloadable("broken");
    repository.serve(NEW);
    models.refresh();

    workers.residents.clear();
    models.refresh();
    assertThat(answers(models)).isEqualTo("new");
    workers.residents.add("old");
    models.refresh();
    assertThat(answers(models)).isEqualTo("old");
  }

  @Test
  void what_is_removed_is_gone_and_what_comes_back_as_it_was_was_never_away() {
    LiveModels models = serving(OLD);
    workers.residents.add("old");
    repository.serve(NEW);
    models.refresh();
    repository.serve(OLD);
    models.refresh();
    assertThat(answers(models)).isEqualTo("old");
    assertThat(models.heldUp()).isEmpty();

    repository.serve(NEW);
    models.refresh();
    repository.serve();
    assertThat(answers(models)).isNull();
    models.refresh();
    assertThat(models.heldOn()).isEmpty();
  }
}
