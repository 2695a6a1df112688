#include "http/sse.hpp"

#include <charconv>

#include "http/stream_ends.hpp"

namespace evenkeel::http {
namespace {
constexpr std::size_t batch_bytes = 64 * 1024;  // one write
constexpr std::size_t missed_page = 500;
}  // namespace

std::string event_frame(const Event& event) {
  std::string frame = "id: " + std::to_string(event.id) + "\nevent: ";
  for (const char c : event.name) frame += c == '\n' || c == '\r' ? ' ' : c;
  frame += "\ndata: ";
  for (const char c : event.data)  // every line of the data needs its own prefix
    if (c == '\n')
      frame += "\ndata: ";
    else if (c != '\r')
      frame += c;
  return frame + "\n\n";
}

std::optional<std::uint64_t> last_event_id(const Request& request) {
  std::string_view text = request.headers.get("Last-Event-ID");
  if (const auto it = request.query.find("after"); text.empty() && it != request.query.end()) text = it->second;
  std::uint64_t id = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), id);
  return ec == std::errc{} && end == text.data() + text.size() ? std::optional{id} : std::nullopt;
}

EventHub::EventHub(std::uint64_t last_id, ReadMissed read_missed, std::size_t keep)
    : floor_(last_id), last_(last_id), keep_(std::max<std::size_t>(keep, 1)), read_missed_(std::move(read_missed)) {}

void EventHub::publish(std::uint64_t id, std::string_view name, std::string_view data) {
  std::vector<std::shared_ptr<EventListener>> told;
  {
    const std::scoped_lock lock(mutex_);
    if (id <= last_ || closed_) return;
    Event event{id, std::string{name}, std::string{data}};
    auto frame = event_frame(event);
    kept_.push_back({std::move(event), std::move(frame)});
    last_ = id;
    if (kept_.size() > keep_) {
      floor_ = kept_.front().event.id;
      kept_.pop_front();
    }
    for (const auto& weak : listeners_)
      if (auto listener = weak.lock()) told.push_back(std::move(listener));
  }
  for (const auto& listener : told) listener->events_published();
}

void EventHub::close() {
  std::vector<std::weak_ptr<EventListener>> told;
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    told = listeners_;
  }
  for (const auto& weak : told)
    if (const auto listener = weak.lock()) listener->events_published();
}

std::uint64_t EventHub::last_id() const {
  const std::scoped_lock lock(mutex_);
  return last_;
}

EventHub::Batch EventHub::collect(std::uint64_t position, const std::function<bool(const Event&)>& wanted) const {
  const std::scoped_lock lock(mutex_);
  Batch batch{Standing::live, position, {}};
  if (closed_)
    batch.standing = Standing::closed;
  else if (position < floor_)
    batch.standing = Standing::behind;
  if (batch.standing != Standing::live) return batch;
  auto it = std::upper_bound(kept_.begin(), kept_.end(), position, [](std::uint64_t p, const Kept& k) { return p < k.event.id; });
  try {
    for (; it != kept_.end() && batch.bytes.size() < batch_bytes; ++it) {
      if (!wanted || wanted(it->event)) batch.bytes += it->frame;
      batch.position = it->event.id;
    }
  } catch (const StreamEnds&) { batch.standing = Standing::closed; }
  return batch;
}

Result<EventHub::Batch> EventHub::collect_missed(std::uint64_t position, const std::function<bool(const Event&)>& wanted) const {
  std::uint64_t floor = 0;
  {
    const std::scoped_lock lock(mutex_);
    floor = floor_;
  }
  Batch batch{Standing::live, position, {}};
  const auto events = read_missed_ ? TRY(read_missed_(position, missed_page)) : std::vector<Event>{};
  try {
    for (const auto& event : events) {
      if (event.id <= batch.position) continue;
      if (!wanted || wanted(event)) batch.bytes += event_frame(event);
      batch.position = event.id;
    }
  } catch (const StreamEnds&) { return unavailable("the stream ends"); }
  if (events.size() < missed_page) batch.position = std::max(batch.position, floor);  // nothing more up to the floor
  return batch;
}

void EventHub::listen(std::weak_ptr<EventListener> listener) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(listeners_, [](const auto& weak) { return weak.expired(); });
  const auto same = [&](const auto& weak) { return !weak.owner_before(listener) && !listener.owner_before(weak); };
  if (std::none_of(listeners_.begin(), listeners_.end(), same)) listeners_.push_back(std::move(listener));
}

}  // namespace evenkeel::http
