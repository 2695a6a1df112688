#include "http/curl_transfer.hpp"

#include <new>

namespace evenkeel::http {

CurlHandle::CurlHandle() {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  multi = curl_multi_init();
  easy = curl_easy_init();
  if (!ready || !multi || !easy) throw std::bad_alloc();
}
CurlHandle::~CurlHandle() {
  curl_easy_cleanup(easy);
  curl_multi_cleanup(multi);
}

std::optional<CURLcode> run_transfer(CurlHandle& handle, std::stop_token stop) {
  std::optional<CURLcode> end;
  curl_multi_add_handle(handle.multi, handle.easy);
  {
    const std::stop_callback wake{stop, [&] { curl_multi_wakeup(handle.multi); }};
    for (int running = 1; running > 0 && !stop.stop_requested();) {
      if (curl_multi_perform(handle.multi, &running) != CURLM_OK) {
        end = CURLE_FAILED_INIT;
        break;
      }
      if (running > 0) curl_multi_poll(handle.multi, nullptr, 0, 1000, nullptr);
    }
  }
  int left = 0;
  while (const auto* message = curl_multi_info_read(handle.multi, &left))
    if (message->msg == CURLMSG_DONE) end = message->data.result;
  curl_multi_remove_handle(handle.multi, handle.easy);
  return end;
}

}  // namespace evenkeel::http
