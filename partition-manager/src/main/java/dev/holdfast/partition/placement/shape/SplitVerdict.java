package dev.holdfast.partition.placement.shape;

import dev.holdfast.partition.placement.view.Step;
import dev.holdfast.protocol.model.Bytes;

/**
 * Why a partition is, or is not, split: for people as a sentence, for metrics as a label.
 *
 * <p>Every partition has one in every plan. Labels are part of what users see: never to change.
 */
public sealed interface SplitVerdict {
  /** One line without a full stop, such as {@code not split: 93 % of the load is on one key}. */
  String sentence();

  /** The kind of verdict, in lower case with dashes. */
  String label();

  /** It is split. */
  record Cut(Bytes key, Cause cause) implements SplitVerdict {
    @Override
    public String sentence() {
      return "split at " + key + ": it is " + (cause == Cause.HOT ? "hot" : "large");
    }

    @Override
    public String label() {
      return cause == Cause.HOT ? "split-hot" : "split-large";
    }

    /** What made it worth a split. */
    public enum Cause {
      HOT,
      LARGE
    }
  }

  /** It is neither hot nor large. */
  record NotHot(double unitsPerSecond, double hotUnitsPerSecond) implements SplitVerdict {
    @Override
    public String sentence() {
      return "not split: its load of "
          + Wording.units(unitsPerSecond)
          + " is below "
          + Wording.units(hotUnitsPerSecond);
    }

    @Override
    public String label() {
      return "not-hot";
    }
  }

  /** It is hot now, but has not been for the whole window. */
  record NotHotForLong(double unitsPerSecond, long windowMicros) implements SplitVerdict {
    @Override
    public String sentence() {
      return "not split: its load of "
          + Wording.units(unitsPerSecond)
          + " has not lasted for "
          + Wording.seconds(windowMicros);
    }

    @Override
    public String label() {
      return "not-hot-for-long";
    }
  }

  /** Another step is being carried out on it. */
  record Busy(Step step) implements SplitVerdict {
    @Override
    public String sentence() {
      return "not split: another step is in progress";
    }

    @Override
    public String label() {
      return "busy";
    }
  }

  /** Nobody leads it. */
  record NoLeader() implements SplitVerdict {
    @Override
    public String sentence() {
      return "not split: no leader is known";
    }

    @Override
    public String label() {
      return "no-leader";
    }
  }

  /** A majority must hold the seed of the child at once, or few disks hold its data. */
  record ReplicasBehind(int readyCount, int replicaCount) implements SplitVerdict {
    @Override
    public String sentence() {
      return "not split: only " + readyCount + " of " + replicaCount + " replicas are up to date";
    }

    @Override
    public String label() {
      return "replicas-behind";
    }
  }

  /** It, or its parent, was split or merged a short time ago. */
  record CoolingDown(long remainingMicros) implements SplitVerdict {
    @Override
    public String sentence() {
      return "not split: cooling down for " + Wording.seconds(remainingMicros);
    }

    @Override
    public String label() {
      return "cooling-down";
    }
  }

  /** It is hot and small. */
  record TooSmall(long bytesMin) implements SplitVerdict {
    @Override
    public String sentence() {
      return "not split: smaller than " + Wording.bytes(bytesMin);
    }

    @Override
    public String label() {
      return "too-small";
    }
  }

  /** The cluster runs as many Raft groups as its cores should carry. */
  record TooManyGroups(double replicasPerCore, double replicasPerCoreMax) implements SplitVerdict {
    @Override
    public String sentence() {
      return "not split: the nodes carry "
          + Math.round(replicasPerCore)
          + " replicas per core, of at most "
          + Math.round(replicasPerCoreMax);
    }

    @Override
    public String label() {
      return "too-many-groups";
    }
  }

  /** Its halves would take the processors from one another. */
  record NoCoresFree(double busyAfter, double busyMax) implements SplitVerdict {
    @Override
    public String sentence() {
      return "not split: the cores are busy with what there is ("
          + Wording.tenths(busyAfter)
          + " replicas under load per core after it, of at most "
          + Wording.tenths(busyMax)
          + ")";
    }

    @Override
    public String label() {
      return "no-cores-free";
    }
  }

  /** Too few requests were sampled since its range is what it is. */
  record FewSamples(int sampleCount) implements SplitVerdict {
    @Override
    public String sentence() {
      return "not split: only " + sampleCount + " requests were sampled";
    }

    @Override
    public String label() {
      return "few-samples";
    }
  }

  /** A split would leave most of the load where it is. */
  record OneHotKey(double share) implements SplitVerdict {
    @Override
    public String sentence() {
      return "not split: " + Wording.percent(share) + " of the load is on one key";
    }

    @Override
    public String label() {
      return "one-hot-key";
    }
  }

  /** After a split all of the load would be on one side again. */
  record Sequential(double share) implements SplitVerdict {
    @Override
    public String sentence() {
      return "not split: load is sequential (" + Wording.percent(share) + ")";
    }

    @Override
    public String label() {
      return "sequential";
    }
  }

  /** Most requests look for what is not there. */
  record KeysWithoutData(double share) implements SplitVerdict {
    @Override
    public String sentence() {
      return "not split: " + Wording.percent(share) + " of the load is on keys that hold no data";
    }

    @Override
    public String label() {
      return "keys-without-data";
    }
  }

  /** No sampled or middle key lies strictly inside the range. */
  record NoKeyInside() implements SplitVerdict {
    @Override
    public String sentence() {
      return "not split: no key is known that divides it";
    }

    @Override
    public String label() {
      return "no-key-inside";
    }
  }

  /** Every key that divides it lies in one item collection of a table with a local index. */
  record InsideCollection() implements SplitVerdict {
    @Override
    public String sentence() {
      return "not split: its load is inside one item collection of a table with a local index";
    }

    @Override
    public String label() {
      return "inside-collection";
    }
  }

  /** Most requests would be served by both sides. */
  record RangesSpan(double containedShare) implements SplitVerdict {
    @Override
    public String sentence() {
      return "not split: "
          + Wording.percent(containedShare)
          + " of the requests span even the best key";
    }

    @Override
    public String label() {
      return "ranges-span";
    }
  }

  /** Even the best key leaves most of the load on one side. */
  record Uneven(double imbalance) implements SplitVerdict {
    @Override
    public String sentence() {
      return "not split: even the best key divides the load "
          + Wording.percent((1 + imbalance) / 2)
          + " to "
          + Wording.percent((1 - imbalance) / 2);
    }

    @Override
    public String label() {
      return "uneven";
    }
  }

  /** It is worth a split, but hotter ones come first, or its leader's node is splitting another. */
  record WaitsItsTurn() implements SplitVerdict {
    @Override
    public String sentence() {
      return "not split yet: other splits come first";
    }

    @Override
    public String label() {
      return "waits-its-turn";
    }
  }
}
