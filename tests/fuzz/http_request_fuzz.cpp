// The request reader, fed whole and in two pieces: both must read the same request or both none (a hopeless one may be refused
// earlier in one of them), and what was read must be usable.
#include <cstdlib>

#include "http/wire.hpp"

using namespace evenkeel::http;

namespace {

struct End {
  RequestReader::State state;
  int status;
  std::string method, target, body;
};

/// As the server does it: what was used is dropped, and once the header is there the body is limited.
RequestReader::State feed(RequestReader& reader, std::string& in) {
  std::size_t used = 0;
  auto state = reader.feed(in, used);
  if (used > in.size()) std::abort();
  in.erase(0, used);
  if (state != RequestReader::State::head) return state;
  if (reader.head().path.empty()) std::abort();
  state = reader.limit_body(3000);
  if (state == RequestReader::State::failed) return state;
  state = reader.feed(in, used);
  if (used > in.size() || state == RequestReader::State::head) std::abort();
  in.erase(0, used);
  return state;
}

End read(std::string_view bytes, std::size_t cut) {
  RequestReader reader{{2048, 4096}};
  std::string in{bytes.substr(0, cut)};
  auto state = feed(reader, in);
  if (state == RequestReader::State::need_more) {
    in += bytes.substr(cut);
    reader.take_continue();
    state = feed(reader, in);
  }
  End end{state, reader.error_status(), {}, {}, {}};
  if (state == RequestReader::State::done) {
    const auto request = reader.take();
    if (request.path.empty() || request.body.size() > 4096) std::abort();
    cookie(request, "session");
    bearer_token(request);
    end = {state, 0, request.method, request.target, request.body};
  }
  return end;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view bytes{reinterpret_cast<const char*>(data + 1), size - 1};
  const auto whole = read(bytes, bytes.size()), pieces = read(bytes, std::size_t(data[0]) * bytes.size() / 255);
  if (whole.status == 431 || pieces.status == 431) return 0;  // the parser counts the last few bytes of the limit differently
  const auto done = RequestReader::State::done;
  if ((whole.state == done) != (pieces.state == done) || whole.method != pieces.method || whole.target != pieces.target ||
      whole.body != pieces.body)
    std::abort();
  return 0;
}
