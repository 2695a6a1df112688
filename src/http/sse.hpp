// Live events: one hub, any number of listening browsers.
//
// The hub keeps the last few thousand events as ready-made frames. A stream is nothing but a position in that sequence, so an
// idle one costs no memory here and a slow one queues nothing: when the sequence has moved on without it, it is dropped, and
// the client comes back with Last-Event-ID. Events older than the hub's memory are read through the callback (the ledger).
// Ids grow but need not be consecutive; they are ledger positions, the same on every replica.
#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "http/message.hpp"

namespace evenkeel::http {

struct Event {
  std::uint64_t id = 0;
  std::string name;  // the SSE event type, "release.changed"
  std::string data;  // usually one line of JSON
};

/// Told, on the publishing thread, that there is something new. Must return at once.
struct EventListener {
  virtual ~EventListener() = default;
  virtual void events_published() = 0;
};

class EventHub {
 public:
  /// Events with id > after in ascending order, at most limit: called on a worker thread, may block.
  using ReadMissed = std::function<Result<std::vector<Event>>(std::uint64_t after, std::size_t limit)>;

  /// `last_id`: the newest event that existed before this hub; later ones will be published to it.
  EventHub(std::uint64_t last_id, ReadMissed read_missed, std::size_t keep = 4096);

  /// Call after the commit. An id that is not larger than the last one is an event already published, and skipped.
  void publish(std::uint64_t id, std::string_view name, std::string_view data);
  /// Ends every stream.
  void close();
  std::uint64_t last_id() const;

  // ---- for the server --------------------------------------------------------------------------------------------
  enum class Standing { live, behind, closed };  // behind: older than the hub remembers
  struct Batch {
    Standing standing = Standing::live;
    std::uint64_t position = 0;  // where the stream stands after these bytes
    std::string bytes;           // frames; empty when there is nothing new
  };
  Batch collect(std::uint64_t position, const std::function<bool(const Event&)>& wanted) const;
  /// One page of what the hub no longer remembers.
  Result<Batch> collect_missed(std::uint64_t position, const std::function<bool(const Event&)>& wanted) const;
  void listen(std::weak_ptr<EventListener> listener);

 private:
  struct Kept {
    Event event;
    std::string frame;
  };
  mutable std::mutex mutex_;
  std::deque<Kept> kept_;
  std::uint64_t floor_;  // every event after this one is in kept_
  std::uint64_t last_;
  bool closed_ = false;
  std::size_t keep_;
  ReadMissed read_missed_;
  std::vector<std::weak_ptr<EventListener>> listeners_;
};

/// "id: 7\nevent: release.changed\ndata: {...}\n\n".
std::string event_frame(const Event& event);
/// The id in Last-Event-ID, or in the query as `after`, for clients that cannot send the header.
std::optional<std::uint64_t> last_event_id(const Request& request);

}  // namespace evenkeel::http
