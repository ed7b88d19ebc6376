// Whether what a box holds is wider than the box, so that it scrolls sideways.
import { type RefObject, useLayoutEffect, useState } from "react";

export function useIsWider(box: RefObject<HTMLElement | null>): boolean {
  const [isWider, setWider] = useState(false);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = () => setWider(element.scrollWidth > element.clientWidth);
    const watch = new ResizeObserver(look);
    // columns that come and go change the width of what it holds
    for (const one of [element, element.firstElementChild]) if (one) watch.observe(one);
    return () => watch.disconnect();
  }, [box]);
  return isWider;
}
