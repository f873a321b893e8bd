package dev.holdfast.client.routing;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.expression.Update;
import dev.holdfast.protocol.expression.Update.Action;
import dev.holdfast.protocol.expression.Update.SetValue;
import dev.holdfast.protocol.model.Item;

/** What routing looks at in a write: its key and about how many bytes it takes on the wire. */
final class WriteSize {
  /** Request id, stamp, table, return values, and a small condition. */
  private static final int OVERHEAD_BYTES = 128;

  private WriteSize() {}

  static Item keyOrItem(Command.ItemWrite command) {
    return command.dispatch(KEY);
  }

  /** The bytes of the values it carries; those of its condition are not counted. */
  static int bytes(Command.ItemWrite command) {
    return command.dispatch(BYTES);
  }

  private static final Command.ItemHandler<Item> KEY =
      new Command.ItemHandler<>() {
        @Override
        public Item put(Command.Put command) {
          return command.item();
        }

        @Override
        public Item modify(Command.Modify command) {
          return command.key();
        }

        @Override
        public Item delete(Command.Delete command) {
          return command.key();
        }
      };

  private static final Command.ItemHandler<Integer> BYTES =
      new Command.ItemHandler<>() {
        @Override
        public Integer put(Command.Put command) {
          return OVERHEAD_BYTES + command.item().bytes().size();
        }

        @Override
        public Integer modify(Command.Modify command) {
          int bytes = OVERHEAD_BYTES + command.key().bytes().size();
          for (Action action : command.update().actions()) {
            bytes += OVERHEAD_BYTES + action.dispatch(ACTION);
          }
          return bytes;
        }

        @Override
        public Integer delete(Command.Delete command) {
          return OVERHEAD_BYTES + command.key().bytes().size();
        }
      };

  private static final Update.Handler<Integer> ACTION =
      new Update.Handler<>() {
        @Override
        public Integer set(Action.Set action) {
          return bytes(action.value());
        }

        @Override
        public Integer remove(Action.Remove action) {
          return 0;
        }

        @Override
        public Integer add(Action.Add action) {
          return action.value().bytes().size();
        }

        @Override
        public Integer delete(Action.Delete action) {
          return action.value().bytes().size();
        }
      };

  private static int bytes(SetValue value) {
    if (value instanceof SetValue.Literal literal) {
      return literal.value().bytes().size();
    } else if (value instanceof SetValue.Plus plus) {
      return bytes(plus.left()) + bytes(plus.right());
    } else if (value instanceof SetValue.Minus minus) {
      return bytes(minus.left()) + bytes(minus.right());
    } else if (value instanceof SetValue.IfNotExists choice) {
      return bytes(choice.otherwise());
    } else if (value instanceof SetValue.ListAppend append) {
      return bytes(append.first()) + bytes(append.second());
    }
    return 0;
  }
}
