package dev.penstock.worker.shelf;

import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.engine.Device;
import dev.penstock.worker.engine.DeviceMemory;
import dev.penstock.worker.shelf.ModelRoom.Plan;

/** How the next model gets its room, as things stand now. The loader's. */
final class RoomSearch {
  private final Device device;
  private final ModelRoom room;
  private final Occupancy occupancy;
  private final Ticker ticker;

  RoomSearch(Device device, ModelRoom room, Occupancy occupancy, Ticker ticker) {
    this.device = device;
    this.room = room;
    this.occupancy = occupancy;
    this.ticker = ticker;
  }

  Plan plan(Wanted model, Demand demand) {
    DeviceMemory memory = device.memory();
    Occupancy.Look look = occupancy.look();
    if (model.wasShort() && look.leaving() > 0) {
      return new Plan.Wait(ModelRoom.RETRY_NANOS); // for what is about to be there
    } else if (model.isShortBeside(look.digests())) {
      return room.oneGoes(look.occupants(), ticker.nanos());
    }
    if (memory.headroom() < demand.likely() && model.isTidiedForFirst()) {
      memory.giveBackFreed();
    }
    Plan plan = room.plan(demand, memory.headroom(), look, ticker.nanos());
    if (!(plan instanceof Plan.Starve)) {
      model.fed();
    }
    return plan;
  }
}
