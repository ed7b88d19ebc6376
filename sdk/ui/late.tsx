// Shows its children only when the wait is long enough to be noticed.
import { type ReactNode, useEffect, useState } from "react";

const NOTICED_MS = 200;

export function Late({ children }: { readonly children: ReactNode }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), NOTICED_MS);
    return () => clearTimeout(timer);
  }, []);
  return late ? children : null;
}
