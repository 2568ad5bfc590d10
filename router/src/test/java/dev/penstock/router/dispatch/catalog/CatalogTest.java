package dev.penstock.router.dispatch.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.router.dispatch.FakeTicker;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CatalogTest {
  private static final Duration GRACE = Duration.ofSeconds(30);
  private static final ModelRef OLD = new ModelRef("pets/1", "old");
  private static final ModelRef NEW = new ModelRef("pets/1", "new");
  private static final ModelRef ZOO = new ModelRef("zoo/1", "zoo");

  private final ChangingRepository repository = new ChangingRepository();
  private final Set<ModelRef> inFlight = new HashSet<>();
  private final Set<ModelRef> answering = new HashSet<>();
  private final FakeTicker ticker = new FakeTicker();

  private Catalog catalog() {
    return new Catalog(
        repository, () -> Set.copyOf(answering), () -> Set.copyOf(inFlight), GRACE, ticker);
  }

  @Test
  void says_what_the_repository_serves() {
    repository.serve(OLD, ZOO);
    Catalog catalog = catalog();

    assertThat(catalog.all()).containsExactly(OLD, ZOO);
    assertThat(catalog.refresh()).isFalse();
  }

  @Test
  void a_package_that_was_replaced_stays_behind_its_successor_for_requests_on_their_way() {
    repository.serve(OLD);
    Catalog catalog = catalog();
    repository.serve(NEW);

    assertThat(catalog.refresh()).isTrue();
    assertThat(catalog.all()).containsExactly(NEW, OLD);
    assertThat(catalog.served()).containsExactly(NEW);

    ticker.advanceMillis(GRACE.toMillis());
    assertThat(catalog.refresh()).isFalse();
    ticker.advanceMillis(1);
    assertThat(catalog.refresh()).isTrue();
    assertThat(catalog.all()).containsExactly(NEW);
  }

  /** A worker that joins and the peers read it, too; the others must hear of the change as well. */
  @Test
  void a_change_that_others_read_first_is_still_to_be_announced() {
    repository.serve(OLD);
    Catalog catalog = catalog();
    repository.serve(NEW);
    assertThat(catalog.all()).containsExactly(NEW, OLD);
    assertThat(catalog.refresh()).describedAs("the successor").isTrue();
    assertThat(catalog.refresh()).describedAs("announced").isFalse();

    ticker.advanceMillis(GRACE.toMillis() + 1);
    assertThat(catalog.served()).containsExactly(NEW);
    assertThat(catalog.refresh()).describedAs("the end of the grace").isTrue();
    assertThat(catalog.refresh()).isFalse();
  }

  @Test
  void a_package_stays_as_long_as_jobs_need_it() {
    repository.serve(OLD, ZOO);
    Catalog catalog = catalog();
    inFlight.add(OLD);
    repository.serve(ZOO);
    catalog.refresh();

    ticker.advanceMillis(10 * GRACE.toMillis());
    assertThat(catalog.refresh()).isFalse();
    assertThat(catalog.all()).containsExactly(ZOO, OLD);

    inFlight.clear();
    assertThat(catalog.refresh()).isTrue();
    assertThat(catalog.all()).containsExactly(ZOO);
  }

  @Test
  void a_package_stays_while_it_answers_and_for_requests_that_came_last() {
    repository.serve(OLD);
    Catalog catalog = catalog();
    answering.add(OLD);
    repository.serve(NEW);
    catalog.refresh();
    ticker.advanceMillis(10 * GRACE.toMillis());
    assertThat(catalog.all()).containsExactly(NEW, OLD);

    answering.clear();
    ticker.advanceMillis(GRACE.toMillis());
    assertThat(catalog.all()).containsExactly(NEW, OLD);
    ticker.advanceMillis(1);
    assertThat(catalog.all()).containsExactly(NEW);
  }

  @Test
  void a_package_that_comes_back_is_served_again() {
    repository.serve(OLD);
    Catalog catalog = catalog();
    repository.serve(NEW);
    catalog.refresh();
    repository.serve(OLD);

    assertThat(catalog.refresh()).isTrue();
    assertThat(catalog.all()).containsExactly(OLD, NEW);
  }

  @Test
  void a_change_of_what_is_refused_is_none() {
    repository.serve(OLD);
    Catalog catalog = catalog();
    repository.serve(OLD);

    assertThat(catalog.refresh()).isFalse();
  }
}
