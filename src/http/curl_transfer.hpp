// One curl transfer that a stop request ends at once (curl_easy_perform would only notice a second later). For client.cpp and
// the SMTP sender; nobody else includes curl.
#pragma once
#include <curl/curl.h>

#include <optional>
#include <stop_token>
#include <string>

namespace evenkeel::http {

struct CurlHandle {
  CURLM* multi = nullptr;
  CURL* easy = nullptr;
  CurlHandle();
  ~CurlHandle();
  CurlHandle(const CurlHandle&) = delete;
  CurlHandle& operator=(const CurlHandle&) = delete;
};

struct CurlList {
  curl_slist* list = nullptr;
  ~CurlList() { curl_slist_free_all(list); }
  void add(const std::string& line) { list = curl_slist_append(list, line.c_str()); }
};

/// How the transfer ended; none when it was stopped.
std::optional<CURLcode> run_transfer(CurlHandle& handle, std::stop_token stop);

}  // namespace evenkeel::http
