// Holds the one event stream of this browser and hands what comes to every tab.
import { EventStream, openEvents } from './stream';

const ports = new Set<MessagePort>();
const stream = new EventStream(openEvents, (message) => { for (const port of ports) port.postMessage(message); });

(self as unknown as { onconnect: (event: MessageEvent) => void }).onconnect = (event) => {
  const port = event.ports[0]!;
  ports.add(port);
  port.onmessage = (message) => {
    if (message.data === 'leave') ports.delete(port);
    if (message.data === 'again') stream.again();
  };
  port.postMessage(stream.standing);
};
